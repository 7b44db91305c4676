"""The studio: a person draws letters in the browser, sees their hand learned, and writes with it.

In the order data flows: ``strokes`` (what was drawn becomes shapes, a line becomes letters), ``requests`` (what the
browser may ask), ``learning`` (letters become a style), ``space`` (how certain it is), ``hands`` (styles ready to write
at once), ``pages`` (what is shown and saved), ``work`` (who computes), ``guard`` (who may ask), ``app`` and ``server``.

The server stores nothing that matters: letters and styles live in the browser, and are sent again when it asks.
"""
