"""Export the records of a study in the formats of other tools."""
