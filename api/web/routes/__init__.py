"""The routes, a module a subject: each asks the live office, and answers in a form of `api.web.models`."""
