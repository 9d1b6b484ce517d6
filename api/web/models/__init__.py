"""The forms of requests and answers, one module a subject. Forms only; nothing is decided or fetched here."""
