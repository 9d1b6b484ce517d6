"""The database of records: what the running service must find again quickly. The ledger stays the proof."""
