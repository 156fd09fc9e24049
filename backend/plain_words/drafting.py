"""What was read becomes part of the set-up: only what the household has and the forms allow."""

from dataclasses import dataclass, field
from datetime import date

from backend.errors import shorten
from backend.plain_words.forms import SettingForm, forms_of, settled
from backend.plain_words.known import Known
from backend.plain_words.proposal import Proposal, ProposedSetting
from backend.plain_words.remarks import Remark, asking, telling
from backend.plain_words.rules.scanner import plain
from contract.chat import Setting, TrainingSetup
from contract.datasets import DatasetVersion, Subset
from contract.names import visible


@dataclass
class Draft:
    """A set-up that is being filled in, and what has to be told of it."""

    setup: TrainingSetup
    known: Known
    today: date
    remarks: list[Remark] = field(default_factory=list)

    def take(self, proposal: Proposal) -> None:
        """Take over what is said and can be; the rest leaves a remark."""
        self._take_recipe(proposal)
        self._take_datasets(proposal)
        self._take_subset(proposal)
        for setting in proposal.settings:
            self._take_setting(setting)
        self._take_base(proposal)
        self._take_queue(proposal)

    def missing(self) -> tuple[str, ...]:
        """What has to be said yet."""
        wanting = [] if self.setup.recipe else ["recipe"]
        wanting += [] if self.setup.dataset_version_ids else ["datasets"]
        required = [form.name for form in self._forms().values() if form.is_required]
        return (*wanting, *(name for name in required if name not in self.setup.settings))

    def let_go(self) -> None:
        """Drop what is not there any more: data sets, a base."""
        gone = [it for it in self.setup.dataset_version_ids if self.known.version(it) is None]
        kept = tuple(it for it in self.setup.dataset_version_ids if it not in gone)
        if gone:
            self._set(dataset_version_ids=kept)
            self.remarks.append(asking("dataset_gone"))
        if self.setup.base and self.setup.base != self.known.bases.get(self.setup.recipe or ""):
            self._set(base=None)
            self.remarks.append(asking("base_gone"))

    def _set(self, **values: object) -> None:
        self.setup = self.setup.model_copy(update=values)

    def _refuse(self, remark: str, /, **values: str) -> None:
        shown = {name: shorten(visible(value)) for name, value in values.items()}
        self.remarks.append(asking(remark, **shown))

    def _forms(self) -> dict[str, SettingForm]:
        info = self.known.recipes.get(self.setup.recipe or "")
        return forms_of(info.settings) if info else {}

    def _take_recipe(self, proposal: Proposal) -> None:
        recipe = proposal.recipe
        if recipe is None or recipe == self.setup.recipe:
            return
        if recipe not in self.known.recipes:
            self._refuse("unknown_recipe", name=recipe)
            return
        fitting = {version.id for version in self.known.fitting(recipe)}
        kept = tuple(it for it in self.setup.dataset_version_ids if it in fitting)
        subset = self.setup.subset
        if self.setup.recipe is not None:
            subset = Subset(since=subset.since, until=subset.until)
        self._set(recipe=recipe, settings={}, base=None, dataset_version_ids=kept, subset=subset)

    def _take_datasets(self, proposal: Proposal) -> None:
        found = [version for name in proposal.datasets if (version := self._dataset(name))]
        if found:
            self._set(dataset_version_ids=tuple(dict.fromkeys(it.id for it in found)))
            self._drop_labels(proposal.labels)
        elif self.setup.recipe and not self.setup.dataset_version_ids and not proposal.datasets:
            self._take_only_dataset(self.setup.recipe)

    def _drop_labels(self, said: tuple[str, ...]) -> None:
        """Drop the labels so far that the new data sets do not have; new ones are checked later."""
        subset = self.setup.subset
        if said or not subset.labels:
            return
        kept = self._known_of("label", subset.labels, self._labels())
        self._set(subset=subset.model_copy(update={"labels": kept or None}))

    def _take_only_dataset(self, recipe: str) -> None:
        fitting = self.known.fitting(recipe)
        if len(fitting) == 1:
            self._set(dataset_version_ids=(fitting[0].id,))
            self.remarks.append(telling("only_dataset", name=fitting[0].name))

    def _dataset(self, name: str) -> DatasetVersion | None:
        found = [it for it in self.known.versions if plain(it.name) == plain(name)]
        if len(found) != 1:
            self._refuse("ambiguous_name" if found else "unknown_dataset", name=name)
            return None
        recipe = self.setup.recipe
        if recipe and found[0] not in self.known.fitting(recipe):
            self._refuse("wrong_kind", name=name, recipe=recipe)
            return None
        return found[0]

    def _take_subset(self, proposal: Proposal) -> None:
        labels = self._known_of("label", proposal.labels, self._labels())
        cameras = self._known_of("camera", proposal.cameras, self.known.cameras)
        people = self._known_of("person", proposal.people, self.known.people)
        said = {"labels": labels, "camera_ids": cameras, "people": people}
        update: dict[str, object] = {name: value for name, value in said.items() if value}
        if proposal.since or proposal.until:
            update |= self._days(proposal)
        self._set(subset=self.setup.subset.model_copy(update=update))

    def _labels(self) -> frozenset[str]:
        """Of the data sets that were chosen, or of all."""
        chosen = [version for it in self.setup.dataset_version_ids
                  if (version := self.known.version(it))]  # fmt: skip
        return frozenset(label for it in chosen or self.known.versions for label in it.summary)

    def _known_of(
        self, kind: str, names: tuple[str, ...], known: frozenset[str]
    ) -> tuple[str, ...]:
        by_plain = {plain(name): name for name in sorted(known)}
        for name in names:
            if plain(name) not in by_plain:
                self._refuse(f"unknown_{kind}", name=name, known=", ".join(sorted(known)))
        return tuple(dict.fromkeys(by_plain[it] for it in map(plain, names) if it in by_plain))

    def _days(self, proposal: Proposal) -> dict[str, object]:
        try:
            since = date.fromisoformat(proposal.since) if proposal.since else None
            until = date.fromisoformat(proposal.until) if proposal.until else None
        except ValueError:
            self._refuse("no_such_day")
            return {}
        if since and (since > self.today or (until and until < since)):
            self._refuse("future" if since > self.today else "dates_reversed")
            return {}
        return {
            "since": since.isoformat() if since else None,
            "until": until.isoformat() if until else None,
        }

    def _take_setting(self, said: ProposedSetting) -> None:
        form = self._forms().get(said.name)
        if self.setup.recipe is None:
            self._refuse("recipe_first", setting=said.name)
        elif form is None:
            self._refuse("unknown_setting", name=said.name, known=", ".join(self._forms()))
        else:
            self._take_value(form, said.value)

    def _take_value(self, form: SettingForm, value: Setting) -> None:
        schema = self.known.recipes[self.setup.recipe or ""].settings
        ok, settings = settled(schema, self.setup.settings, form, value)
        if ok:
            self._set(settings=settings)
        else:
            values = {"value": str(value), "range": form.range}
            self._refuse("out_of_range", setting=form.name, **values)

    def _take_base(self, proposal: Proposal) -> None:
        if proposal.base == "none":
            self._set(base=None)
        elif proposal.base and (base := self.known.bases.get(self.setup.recipe or "")):
            self._set(base=base)
        elif proposal.base:
            self._refuse("no_base")

    def _take_queue(self, proposal: Proposal) -> None:
        if proposal.queue in self.known.queues:
            self._set(queue=proposal.queue)
        elif proposal.queue:
            self._refuse("unknown_queue", name=proposal.queue, known=", ".join(self.known.queues))
