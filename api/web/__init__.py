"""The HTTP interface: routes over the live office, their forms and their errors. Nothing is decided here."""
