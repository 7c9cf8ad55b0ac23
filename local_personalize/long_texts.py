"""Cuts what textual fields hold at the limit, which is lower for Chinese and Japanese (guide: items-datasets)."""

from __future__ import annotations

import regex

from local_personalize.quotas import quota

_CHINESE_OR_JAPANESE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")


def cut(text: str) -> str:
    """Return a text without what is past the limit of its language."""
    name = "chinese-japanese-text-characters" if _is_chinese_or_japanese(text) else "text-characters"
    return text[: quota(name)]


def _is_chinese_or_japanese(text: str) -> bool:
    return len(_CHINESE_OR_JAPANESE.findall(text)) > len(text) / 2
