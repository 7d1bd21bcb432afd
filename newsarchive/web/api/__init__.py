"""The JSON API, its OpenAPI document, and Memento."""
