"""Words to emotion, emotion to plan, plan to score; where each note came from; what share of a song a machine made."""
