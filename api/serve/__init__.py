"""The processes of the service: supervisor, core, one for each camera. Each module with a `main` is one of them."""
