"""The design of a study: the study file, identities, registration."""
