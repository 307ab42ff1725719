"""From profiles to the text a track shows."""
