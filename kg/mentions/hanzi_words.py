"""The words of a sentence in a script without spaces as names see them: which may stand in a name, and which end one.

The segmenter guesses the parts of speech of words it has never seen, so a word's place in the lexicon counts before
its part of speech: what an entry covers may stand in a name, the lexicon's `name_stop` never does, and a verb only
where `name_verbs` says so.
"""

from __future__ import annotations

from kg.mentions.annotate import token_range
from kg.mentions.classes import compatible, unknown
from kg.mentions.hanzi_glue import glued
from kg.mentions.language import Language
from kg.mentions.lexicon import Sense
from kg.mentions.model import Mention, Sentence, Token

COINED_TAGS = frozenset(("x", "nz", "nr", "nrt", "nrfg", "ns", "ng", "nt", "g", "h", "k", "j", "eng"))
"""Parts of speech of words that belong to a name alone, or that the segmenter does not know."""
PLACE_TAG = "ns"
_DONE = frozenset("vmtpda")
"""Parts of speech of what is planned: a deed, a time, how much."""

Span = tuple[int, Sense]


class HanWords:
    """Entries and parts of speech of one sentence, by where they end."""

    def __init__(self, sentence: Sentence, lang: Language, text: str) -> None:
        self.sentence, self.tokens, self.lang, self.text = sentence, sentence.tokens, lang, text
        self.sets = word_sets(lang)
        self.heads: dict[int, Span] = {}
        self.places: dict[int, Span] = {}
        self.names: dict[int, Span] = {}
        self.titles: dict[int, tuple[int, Sense]] = {}
        trades: list[tuple[int, int, Sense]] = []
        for i, j, sense in sentence.spans:
            if sense.kind == "title":
                self.titles.setdefault(i, (j, sense))
            elif sense.kind == "trade":
                trades.append((i, j, sense))
            else:
                self._enter(i, j, sense)
        for i, j, sense in sorted(trades, key=lambda t: (t[1], t[0])):
            if self._coined_before(i, sense) and self._ends_name(j) and (j not in self.heads or i <= self.heads[j][0]):
                self.heads[j] = (i, sense)
        self._reported()
        self.inside: dict[int, str] = {}
        self.figures: dict[int, int] = {}
        self._counted()
        self.covered = {
            k for t in (self.heads, self.names, self.places) for b, (a, _) in t.items() for k in range(a, b)
        }
        self.placed = {a for a, _ in self.places.values()}
        """Words that places begin with."""
        self.glued = glued(self)

    def _enter(self, i: int, j: int, sense: Sense) -> None:
        table = {"head": self.heads, "place": self.places, "name": self.names}.get(sense.kind)
        if table is None or (sense.kind == "head" and (self._spoiled(j) or self._does(i, j, sense))):
            return
        if j not in table or i < table[j][0]:
            table[j] = (i, sense)

    def _spoiled(self, j: int) -> bool:
        """Whether the word behind a head word makes another word of it (标志着)."""
        return j < len(self.tokens) and self.tokens[j].text in self.sets["no_head_before"] and self.adjoins(j)

    def _does(self, i: int, j: int, sense: Sense) -> bool:
        """Whether a head word that is a verb, too, is one: its doer or nothing before it, what is done behind it."""
        if sense.entry not in self.sets["verb_heads"] or j >= len(self.tokens) or not self.adjoins(j):
            return False
        before = self.tokens[i - 1] if i else None
        doer = before is None or before.kind != "word" or before.text in self.sets["pro_words"] or before.tag == "t"
        return doer and (self.tokens[j].tag[:1] in _DONE or self.tokens[j].kind == "number")

    def _reported(self) -> None:
        """Leaves out places that only say whose newspaper it is (重庆日报)."""
        journals = self.sets["journals"]
        for table in (self.places, self.heads):
            for b in [b for b in table if b < len(self.tokens) and self.tokens[b].text in journals]:
                if compatible(table[b][1].value, unknown("place")):
                    del table[b]

    def _counted(self) -> None:
        """Token -> unit of the figure that it stands in."""
        for q in self.sentence.quantities:
            a, b = token_range(self.sentence, q.start, q.end)
            self.inside.update((k, q.unit) for k in range(a, b))
            self.figures[b - 1] = q.start

    def coined(self, k: int) -> bool:
        """Whether a word looks as if made for a name: unknown to lexicon and dictionary."""
        if k < 0:
            return False
        token = self.tokens[k]
        if token.kind != "word" or token.text in self.sets["name_stop"] or token.text in self.sets["name_edge"]:
            return False
        if any(s.kind not in ("frame", "legal") for s in token.senses):
            return k + 1 in self.names and self.names[k + 1][1].kind == "name"
        return token.tag in COINED_TAGS or (
            len(token.text) == 1 and token.tag not in ("v", "p", "c", "u", "m", "q", "d")
        )

    def _coined_before(self, i: int, sense: Sense) -> bool:
        """Whether what stands before a word of trade makes a firm's name of it (not "waste battery")."""
        if i == 0 or not self.adjoins(i):
            return False
        if self.coined(i - 1):
            return len(self.tokens[i - 1].text) > 1 or (i > 1 and (self.coined(i - 2) or i - 1 in self.places))
        if i in self.places:
            return sense.entry in self.sets["placed_trades"]
        before = self.heads.get(i)
        return before is not None and before[1].kind == "trade"

    def _ends_name(self, j: int) -> bool:
        """Whether a firm's name may end before token `j`: at a border, a title or a word that heads a longer name."""
        if j >= len(self.tokens) or j in self.titles or not self.adjoins(j):
            return True
        token = self.tokens[j]
        if (
            token.tag[:1] not in "nbjagi"
            or token.text in self.sets["name_stop"]
            or token.text in self.sets["clause_verbs"]
        ):
            return True
        return any(s.kind in ("head", "trade", "legal", "preposition", "function") for s in token.senses)

    def adjoins(self, j: int) -> bool:
        """Whether no blank parts a word from the one before (blanks part names, but not words of Latin script)."""
        before, token = self.tokens[j - 1], self.tokens[j]
        return before.end == token.start or (before.tag == "eng" and token.tag == "eng")

    def nominal(self, i: int) -> bool:
        """Whether a word may stand in a name."""
        token = self.tokens[i]
        if i in self.inside:
            return False
        if i in self.glued:
            return True
        if i in self.covered:
            return True
        if token.kind != "word" or token.text in self.sets["name_stop"]:
            return False
        if len(token.text) > 1 and token.has("preposition"):
            return False
        if token.tag not in self.sets["name_tags"] or token.tag in ("m", "q", "f", "d", "t"):
            return False
        if token.tag in ("v", "vd"):
            return self._verb_in_name(token)
        return not (token.text in self.sets["clause_verbs"] and token.text not in self.sets["name_verbs"])

    def _verb_in_name(self, token: Token) -> bool:
        if len(token.text) == 1:
            return token.text not in self.sets["single_verbs"] and not token.has("preposition")
        return token.text in self.sets["name_verbs"] or not (
            token.has("frame") or token.text in self.sets["clause_verbs"]
        )

    def whole_place(self, b: int) -> bool:
        """Whether the place that ends at `b` is one word with its name ("赣阳市"), and no bare word for places."""
        first, sense = self.heads[b]
        word = self.tokens[b - 1].text
        if first != b - 1 or len(word) == len(sense.entry):
            return False
        return self.tokens[first].tag in COINED_TAGS

    def cut_off(self, start: int, suffix: int) -> bool:
        """Whether the one sign before a place's last word is the end of a name that the segmenter parted (涟湄县)."""
        before = self.tokens[start - 1]
        return (
            start > 0
            and suffix - self.tokens[start].start == 1
            and (before.tag in COINED_TAGS and len(before.text) <= 2)
            and start - 1 not in self.covered
            and before.text not in self.sets["name_edge"]
            and self.adjoins(start)
        )

    def nominal_word(self, x: int) -> bool:
        """Whether a word is nominal by itself, signs apart."""
        token = self.tokens[x]
        return token.kind == "word" and token.text not in self.sets["name_stop"] and token.tag in self.sets["name_tags"]


_KEYS = (
    "actor_verbs", "and_in_names", "apposed_firms", "bracketed", "clause_verbs", "directions", "firm_classifiers",
    "firm_places", "groups", "in_listed", "in_quoted", "joined_classes", "journals", "kind_heads", "legal_forms",
    "levels", "list_end", "list_people", "list_signs", "name_begin", "name_edge", "name_stop", "name_tags",
    "name_verbs", "no_head_before", "no_opening", "ordinal", "person_after", "placed_trades", "possessive_mark",
    "pro_words", "single_speech", "single_verbs", "slogan_heads", "time_signs", "verb_heads",
)  # fmt: skip
_SETS: dict[str, dict[str, frozenset[str]]] = {}


def word_sets(lang: Language) -> dict[str, frozenset[str]]:
    """The lists of `[language]` that names are bounded by, as sets."""
    if lang.code not in _SETS:
        settings = lang.lexicon.settings
        sets = {key: frozenset(settings.get(key, ())) for key in _KEYS}
        determiners = lang.lexicon.raw["words"].get("determiner", {})
        sets["pointing"] = frozenset(w for words in determiners.values() for w in words if len(w) == 1)
        sets["classifiers"] = frozenset(lang.lexicon.raw["numbers"].get("classifiers", ()))
        sets["surnames"] = frozenset(settings.get("surnames", "")) | frozenset(settings.get("double_surnames", ()))
        _SETS[lang.code] = sets
    return _SETS[lang.code]


def mention_of(
    words: HanWords, i: int, j: int, cls: str, rule: str, cue: str, *, how: str = "name", inner: bool = False
) -> Mention:
    """The mention of tokens i:j; a small word that the segmenter counted to the first of them is left out."""
    start, end = words.tokens[i].start, words.tokens[j - 1].end
    if len(words.tokens[i].text) > 1 and words.text[start] in words.sets["no_opening"] and i not in words.covered:
        start += 1
    mention = Mention(start, end, words.text[start:end], cls, how, rule, cue)  # type: ignore[arg-type]
    mention.head = cue
    mention.modified = j - i > 1
    mention.inner = inner
    return mention
