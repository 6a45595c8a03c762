"""When things happen: the year's rain and snow, the week, the hours of the day, and how long a case takes."""

from __future__ import annotations

import datetime as dt
import random

from tools.sample.facts import AS_OF, CASE_YEAR

_WEEK = (1.06, 1.08, 1.05, 1.04, 1.0, 0.80, 0.70)
_HOURS = {
    "监督员": (0, 0, 0, 0, 0, 0, 1, 4, 9, 14, 13, 8, 3, 5, 10, 13, 9, 5, 2, 0.5, 0, 0, 0, 0),
    "12345": (0.4, 0.2, 0.1, 0.1, 0.2, 0.6, 2, 5, 9, 11, 10, 7, 5, 5, 7, 8, 7, 6, 6, 6, 5, 4, 2, 1),
    "公众": (0.2, 0.1, 0, 0, 0.2, 0.8, 2, 6, 8, 8, 7, 6, 5, 5, 6, 6, 7, 8, 8, 7, 5, 3, 2, 0.6),
    "视频": (2, 1, 1, 1, 1, 2, 4, 7, 8, 8, 7, 6, 5, 5, 6, 7, 8, 9, 7, 5, 4, 4, 3, 2),
    "领导交办": (0, 0, 0, 0, 0, 0, 0, 1, 5, 9, 9, 5, 1, 3, 7, 7, 5, 2, 0.5, 0, 0, 0, 0, 0),
    "夜市": (0.6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 3, 8, 12, 12, 9, 5, 2),
}
_RAIN_DAYS = (1, 1, 2, 3, 4, 7, 11, 10, 5, 3, 2, 1)
_SNOW_DAYS = (3, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3)


class Calendar:
    """The days of the year with their weather and how busy each is."""

    def __init__(self, rng: random.Random) -> None:
        self.days = [dt.date(CASE_YEAR, 1, 1) + dt.timedelta(days=i) for i in range(365)]
        self.rain = self._pick(_RAIN_DAYS, rng)
        self.snow = self._pick(_SNOW_DAYS, rng)

    def _pick(self, per_month: tuple[int, ...], rng: random.Random) -> set[dt.date]:
        chosen: set[dt.date] = set()
        for month, count in enumerate(per_month, 1):
            chosen |= set(rng.sample([d for d in self.days if d.month == month], count))
        return chosen

    def weights(self, season: str) -> list[float]:
        """Return the weight of each day for a kind of case: all/rain/snow/summer/autumn/winter."""
        return [_WEEK[d.weekday()] * self._season(d, season) for d in self.days]

    def _season(self, day: dt.date, season: str) -> float:
        holiday = 0.35 if (day.month, day.day) in _HOLIDAYS else 1.0
        after_rain = day in self.rain or day - dt.timedelta(days=1) in self.rain
        by_season = {
            "all": 1.0,
            "rain": 14.0 if after_rain else 1.0,
            "snow": 30.0 if day in self.snow else 0.02 if day.month in (12, 1, 2) else 0.0,
            "summer": (0.1, 0.1, 0.3, 0.7, 1.2, 1.8, 2.2, 2.1, 1.4, 0.7, 0.3, 0.1)[day.month - 1],
            "autumn": (0.4, 0.4, 0.6, 0.8, 0.8, 0.7, 0.7, 0.8, 1.2, 2.2, 2.4, 1.2)[day.month - 1],
            "winter": (2.0, 1.8, 1.2, 0.7, 0.5, 0.4, 0.4, 0.4, 0.5, 0.9, 1.5, 1.9)[day.month - 1],
        }
        return holiday * by_season[season]


_HOLIDAYS = {
    (1, 1),
    *((1, d) for d in range(28, 32)),
    *((2, d) for d in range(1, 5)),
    (4, 4),
    (5, 1),
    (5, 2),
    (5, 3),
    *((10, d) for d in range(1, 9)),
}


def moment(day: dt.date, source: str, rng: random.Random) -> dt.datetime:
    """Return a time of that day, at the hours at which this source reports."""
    hour = rng.choices(range(24), _HOURS[source])[0]
    return dt.datetime(day.year, day.month, day.day, hour, rng.randrange(60))


def life_cycle(reported: dt.datetime, limit_h: int, rng: random.Random) -> dict[str, dt.datetime | str]:
    """Return the times of the steps that were over on the day of the extract, and the status they lead to."""
    filed = reported + dt.timedelta(minutes=rng.randint(3, 50))
    dispatched = filed + dt.timedelta(minutes=rng.randint(4, 75))
    share = rng.lognormvariate(-0.75, 0.62)  # of the time limit; about one in ten takes longer than allowed
    handled = dispatched + dt.timedelta(hours=limit_h * 3 * share)  # a working day is a third of a day
    checked = handled + dt.timedelta(hours=rng.uniform(0.5, 22))
    closed = checked + dt.timedelta(minutes=rng.randint(5, 160))
    due = dispatched + dt.timedelta(hours=limit_h * 3)
    times: dict[str, dt.datetime | str] = {
        "上报时间": reported,
        "立案时间": filed,
        "派遣时间": dispatched,
        "截止时间": due,
        "处置时间": handled,
        "核查时间": checked,
        "结案时间": closed,
    }
    extract = dt.datetime.combine(AS_OF, dt.time()) - dt.timedelta(days=14)  # the last working day of the case year
    status = "已结案"
    for step, before in (
        ("立案时间", "已受理"),
        ("派遣时间", "已立案"),
        ("处置时间", "处置中"),
        ("核查时间", "待核查"),
        ("结案时间", "待核查"),
    ):
        if times[step] > extract:  # type: ignore[operator]
            times[step] = ""
            status = before if status == "已结案" else status
    if times["派遣时间"] == "":
        times["截止时间"] = ""
    times["案件状态"] = status
    return times
