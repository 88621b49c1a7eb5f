"""Vector clocks: {device: n}, the newest write of each device that is included in a copy. An absent
device counts as 0.
"""

Clock = dict[str, int]


def covers(clock: Clock, by: str, n: int) -> bool:
    """Whether the dot (by, n) is covered by `clock`."""
    return clock.get(by, 0) >= n


def join(left: Clock, right: Clock) -> Clock:
    """The entrywise maximum."""
    joined = dict(left)
    for by, n in right.items():
        if n > joined.get(by, 0):
            joined[by] = n
    return joined


def dominates(left: Clock, right: Clock) -> bool:
    """Whether `left` covers every dot of `right`."""
    return all(covers(left, by, n) for by, n in right.items())
