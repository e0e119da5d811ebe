"""Labels that a released file carries: signed Content Credentials, the Chinese AIGC label, AI credits."""
