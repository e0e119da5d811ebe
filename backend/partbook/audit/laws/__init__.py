"""What the labelling rules of the EU and of China ask of a sound file, rule by rule, read from the file itself."""
