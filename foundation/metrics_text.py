"""What is counted and what was looked up, as the text that Prometheus reads."""

from collections.abc import Iterable, Mapping

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from foundation import metrics_folder
from foundation.metrics import Look


def exposed(looked: Mapping[Look, float]) -> bytes:
    """What was counted, by all processes that count where we do, and what was looked up, as text."""
    registry = CollectorRegistry()
    if metrics_folder.is_joined():
        for process in metrics_folder.gone():
            # What it alone knew is forgotten; what it counted stays.
            mark_process_dead(process)  # type: ignore[no-untyped-call]
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        registry.register(_Looked(looked))
        return generate_latest(registry)
    registry.register(_Looked(looked))
    return generate_latest(REGISTRY) + generate_latest(registry)


class _Looked:
    def __init__(self, looked: Mapping[Look, float]) -> None:
        self._looked = looked

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return [GaugeMetricFamily(look.name, look.meaning, value) for look, value in self._looked.items()]
