"""An article as far as it is read, for the question what it is about: its parts and what was found in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pipelines.extract import topics
from pipelines.extract.document import Sentence
from pipelines.extract.figures import Figure
from pipelines.extract.jobs import Jobs, target_score
from pipelines.extract.names import PlanName
from pipelines.extract.places import Issuer, Mention


@dataclass(frozen=True)
class Article:
    """What was read in a text before it is asked whether it is a job-plan article."""

    sentences: list[Sentence]
    issuer: Issuer
    mentions: list[Mention]
    names: list[PlanName]
    jobs: Jobs
    figures: list[Figure]
    counts: int  # levels counted: strategies, tasks, projects
    rate: bool
    budget: bool

    @cached_property
    def title(self) -> str:
        """The title, or nothing."""
        return next((sentence.text for sentence in self.sentences if sentence.role == "title"), "")

    @cached_property
    def bodies(self) -> list[Sentence]:
        """The sentences of the body."""
        return [sentence for sentence in self.sentences if sentence.role == "body"]

    @cached_property
    def text(self) -> str:
        """Everything that is read."""
        return " ".join(sentence.text for sentence in self.sentences)

    @cached_property
    def topic(self) -> str:
        """Title and first sentence: what the article says it is about."""
        return " ".join([self.title, *(sentence.text for sentence in self.bodies[:1])])

    @cached_property
    def headline(self) -> str:
        """The title, or the first sentence where there is none."""
        return self.title or (self.bodies[0].text if self.bodies else "")

    @cached_property
    def lead(self) -> str:
        """The first two sentences of the body."""
        return " ".join(sentence.text for sentence in self.bodies[:2])

    @cached_property
    def opening(self) -> str:
        """Title and lead."""
        return f"{self.title} {self.lead}"

    @cached_property
    def kinds(self) -> dict[str, int]:
        """How often each kind of programme is named."""
        found = {name: len(pattern.findall(self.text)) for name, pattern in topics.KIND.items()}
        return {name: count for name, count in found.items() if count}

    @cached_property
    def target(self) -> Figure | None:
        """The figure that reads best as a whole target."""
        return max(self.jobs.mentions, key=target_score, default=None)

    @cached_property
    def plans(self) -> list[PlanName]:
        """The names of plans for jobs as a whole."""
        return [name for name in self.names if (name.year is not None or name.specific) and name.score > 0]

    def after(self, name: PlanName) -> str:
        """What its sentence says after a plan's name."""
        for sentence in self.sentences:
            at = name.evidence.start - sentence.start
            if sentence.where == name.evidence.where and 0 <= at < len(sentence.text):
                return sentence.text[at + len(name.text) :]
        return ""
