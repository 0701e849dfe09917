"""What bots remember of people: read out of talks that are over, found again for an answer."""
