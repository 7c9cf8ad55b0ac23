"""RFM of users: how recently, how often and for how much they came, each as a score from 1 to 5."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.schemas import Field
from services.columns import Column
from services.errors import Problem

FIELD = Field("RFM", "long")
SCORES = 5
_DAY = 86_400


def rfm(events: pd.DataFrame) -> pd.DataFrame:
    """Return a row per user, numbers in the order of their value: days, events and value, their scores, and RFM.

    Columns: USER_ID, Recency (days from a user's last event to the newest of all), Frequency (events), Monetary (sum
    of EVENT_VALUE where a user has one, else the events), R, F and M (quintiles, 5 is best; equals score alike), and
    RFM, which puts the three digits together: 555 came lately, often and for much.
    Needs USER_ID and TIMESTAMP in seconds; values may be text. Raises Problem where a time is no number.
    """
    users, times = events["USER_ID"].astype("str"), pd.to_numeric(events["TIMESTAMP"], errors="coerce")
    if times.isna().any():
        raise Problem("RFM cannot be computed", "A TIMESTAMP is no number. Mend the interactions first.")
    recency = (times.max() - times.groupby(users).max()) / _DAY
    found = pd.DataFrame({"Recency": recency, "Frequency": users.groupby(users).size()})
    found["Monetary"] = _values(events, users).fillna(found["Frequency"])
    found["R"], found["F"], found["M"] = (
        quintiles(-found["Recency"]),
        quintiles(found["Frequency"]),
        quintiles(found["Monetary"]),
    )
    found["RFM"] = 100 * found["R"] + 10 * found["F"] + found["M"]
    ordered = sorted(found.index, key=lambda user: (not user.isdecimal(), len(user), user))
    return found.loc[ordered].rename_axis("USER_ID").reset_index()


def quintiles(values: pd.Series[float]) -> pd.Series[int]:
    """Return 1 for the lowest fifth up to 5 for the highest; equal values share the middle of their ranks."""
    shares = values.rank(method="average") / max(len(values), 1)
    return pd.Series(np.ceil((SCORES * shares).round(9)), index=values.index).astype("int64")


def users_file(scores: pd.DataFrame) -> bytes:
    """Return a new file of users: USER_ID and RFM."""
    return scores[["USER_ID", FIELD.name]].to_csv(index=False).encode()


def with_rfm(table: pd.DataFrame, columns: tuple[Column, ...], scores: pd.DataFrame) -> bytes:
    """Return a file of users with RFM as its last column, empty for users without an event. Raises Problem."""
    identity = next((column.source for column in columns if column.field == "USER_ID"), None)
    if identity is None:
        raise Problem("RFM cannot be added", "No column of the users file is matched to USER_ID.")
    numbers = scores.set_index("USER_ID")[FIELD.name].astype("str")
    kept = table.drop(columns=[name for name in table.columns if str(name).upper() == FIELD.name])
    return kept.assign(**{FIELD.name: table[identity].map(numbers).fillna("")}).to_csv(index=False).encode()


def _values(events: pd.DataFrame, users: pd.Series[str]) -> pd.Series[float]:
    """Return the sum of each user's EVENT_VALUEs, missing where there are none."""
    if "EVENT_VALUE" not in events.columns:
        return pd.Series(np.nan, index=users.unique())
    return pd.to_numeric(events["EVENT_VALUE"], errors="coerce").groupby(users).sum(min_count=1)
