"""The writing sheet: its drawing, and reading it back."""
