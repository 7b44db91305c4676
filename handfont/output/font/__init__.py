"""Fonts: a hand as OpenType, with several drawings of each letter that programs set in turn.

``options`` what is asked for · ``characters`` which glyphs there are · ``shapes`` their ink · ``spacing`` side bearings
and kerning · ``features`` substitutions · ``naming`` names and weights · ``glyphs`` names, widths and inks together ·
``compact`` and ``truetype`` outlines in either format · ``tables`` all of it as one font · ``export`` the files.
"""
