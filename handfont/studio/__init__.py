"""The studio: a person draws letters in the browser, sees their hand learned, and writes with it.

In the order data flows: ``stroke_input`` (what was drawn becomes shapes, a line becomes letters) and ``joined_line``
(joined words become letters), ``requests`` (what the browser may ask), ``enrollment`` (letters become a style),
``style_map`` (how certain it is), ``posterior_hand`` (hands that show it), ``service`` (what is shown and saved),
``executor`` (who computes), ``answers`` (what errors say), ``request_guard`` and ``access`` (who may ask),
``shared_letters`` (what several browsers draw together), ``network`` and ``qr_code`` (where it is reached), ``app`` and
``server``. The page is in ``static``.

The server stores nothing that matters: letters and styles live in the browser, and are sent again when it asks.
"""
