"""Run the cells of a study: propose, build, gate, measure, profile, feed back."""
