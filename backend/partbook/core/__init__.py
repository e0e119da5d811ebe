"""What every room stands on: settings, errors, ids, money, canonical JSON and the clock. Imports nothing of ours."""
