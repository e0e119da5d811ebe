"""Read and write audio files, synthesise MIDI, measure loudness, draw waveforms."""
