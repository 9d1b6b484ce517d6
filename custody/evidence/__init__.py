"""What leaves the office: clips, entries and a summary in one package, checked by anybody without this program."""
