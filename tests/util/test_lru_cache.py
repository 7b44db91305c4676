from __future__ import annotations

from handfont.util.lru_cache import LruCache


def test_what_was_not_used_for_longest_is_forgotten():
    cache = LruCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert [cache.get(key) for key in "abc"] == [1, None, 3]
    cache.put("a", 4)
    cache.put("d", 5)
    assert [cache.get(key) for key in "acd"] == [4, None, 5]


def test_a_value_is_made_once():
    cache, made = LruCache(1), []
    for key in "aaba":
        cache.find(key, lambda key=key: made.append(key) or key)
    assert made == ["a", "b", "a"]
