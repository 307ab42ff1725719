"""Extract countable facts about programs."""
