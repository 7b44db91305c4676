"""Styles: what is known of a writer, as data and as YAML."""
