"""From the text of a site file to records: one module a section. `api.settings.load_site` joins them."""
