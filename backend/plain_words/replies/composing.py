"""Puts a reply together: what was noticed, the set-up in plain words, and what is asked."""

from collections.abc import Iterable, Iterator

from backend.errors import shorten
from backend.plain_words.drafting import Draft
from backend.plain_words.forms import forms_of
from backend.plain_words.known import Known
from backend.plain_words.remarks import Remark
from backend.plain_words.replies.sentences import Replies, replies
from backend.plain_words.rules.vocabulary import languages
from contract.chat import TrainingSetup
from contract.datasets import DatasetVersion
from contract.language import Language

MAX_LISTED = 20


class Composer:
    """Speaks one language, of what one household has."""

    def __init__(self, language: Language, known: Known) -> None:
        self._words: Replies = replies(language)
        self._names, self._known = languages()[language], known

    def remarks(self, remarks: Iterable[Remark]) -> list[str]:
        """Each once."""
        said = (self._words.remarks[it.name].format(**self._shown(it)) for it in remarks)
        return list(dict.fromkeys(said))

    def outcome(self, name: str, **values: str) -> str:
        """What has come of a message."""
        return self._words.outcomes[name].format(**values)

    def reason(self, name: str) -> str:
        """Why a provider did not help."""
        return self._words.reasons[name]

    def setup(self, setup: TrainingSetup) -> list[str]:
        """The set-up, a sentence each."""
        return list(self._of_setup(setup)) if setup != TrainingSetup() else []

    def questions(self, draft: Draft) -> list[str]:
        """What is missing, asked."""
        return [self._question(name, draft.setup) for name in draft.missing()]

    def ready(self) -> str:
        """Asks for the yes."""
        return self._words.questions["ready"]

    def lists(self, recipe: str | None) -> list[str]:
        """What there is to choose from."""
        lists = self._words.lists
        found = {
            "recipes": map(self.recipe, self._known.recipes),
            "datasets": self._datasets(self._known.versions),
        }
        if recipe in self._known.recipes:
            found["settings"] = self._settings(recipe)
        return [lists[name].format(known=self._list(values)) for name, values in found.items()]

    def recipe(self, name: str) -> str:
        """A recipe by its first word in this language, and its name."""
        words = self._names.recipes.get(name)
        return f"{words[0]} ({name})" if words else name

    def _shown(self, remark: Remark) -> dict[str, str]:
        shown = dict(remark.values)
        if "setting" in shown:
            shown["setting"] = self._setting(shown["setting"])
        if "recipe" in shown:
            shown["recipe"] = self.recipe(shown["recipe"])
        if "reason" in shown:
            shown["reason"] = self.reason(shown["reason"])
        return shown

    def _setting(self, name: str) -> str:
        return self._names.settings.get(name, (name,))[0]

    def _of_setup(self, setup: TrainingSetup) -> Iterator[str]:
        if setup.recipe:
            yield self._part("recipe", self.recipe(setup.recipe))
        if chosen := [it for it in map(self._known.version, setup.dataset_version_ids) if it]:
            yield self._part("datasets", ", ".join(self._datasets(chosen)))
        subset = setup.subset
        for name, values in (
            ("labels", subset.labels),
            ("cameras", subset.camera_ids),
            ("people", subset.people),
        ):
            if values:
                yield self._part(name, ", ".join(values))
        if subset.since:
            yield self._part("since", subset.since)
        if subset.until:
            yield self._part("until", subset.until)
        yield from self._of_settings(setup)

    def _of_settings(self, setup: TrainingSetup) -> Iterator[str]:
        info = self._known.recipes.get(setup.recipe or "")
        forms = forms_of(info.settings) if info else {}
        for name, value in setup.settings.items():
            usual = forms[name].default if name in forms else None
            sentence = self._words.setup["setting"]
            yield sentence.format(name=self._setting(name), value=value, usual=usual)
        if setup.recipe and not setup.settings:
            yield self._words.setup["usual"]
        if setup.base:
            yield self._words.setup["base"]
        if setup.queue != TrainingSetup().queue:
            yield self._part("queue", setup.queue)

    def _part(self, name: str, value: str) -> str:
        return self._words.setup[name].format(value=value)

    def _question(self, name: str, setup: TrainingSetup) -> str:
        questions = self._words.questions
        if name == "recipe":
            return questions["recipe"].format(
                known=self._list(map(self.recipe, self._known.recipes))
            )
        if name == "datasets":
            fitting = self._known.fitting(setup.recipe) if setup.recipe else self._known.versions
            known = self._list(self._datasets(fitting))
            return questions["datasets" if fitting else "no_dataset"].format(known=known)
        form = forms_of(self._known.recipes[setup.recipe or ""].settings)[name]
        return questions["setting"].format(setting=self._setting(name), range=form.range)

    def _settings(self, recipe: str | None) -> Iterator[str]:
        for form in forms_of(self._known.recipes[recipe or ""].settings).values():
            yield f"{self._setting(form.name)} ({form.range}; {form.default})"

    def _datasets(self, versions: Iterable[DatasetVersion]) -> Iterator[str]:
        return (f"{shorten(it.name)} ({it.version})" for it in versions)

    def _list(self, values: Iterable[str]) -> str:
        listed = list(values)
        more = ["…"] if len(listed) > MAX_LISTED else []
        return ", ".join([*listed[:MAX_LISTED], *more]) or self._words.lists["none"]
