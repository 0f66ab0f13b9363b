"""What a model expected where it refused something, in a short sentence for people.

Never what came instead: it may be somebody's secret. `ctx` holds the model's own limits.
"""

import re
from collections.abc import Mapping, Sequence
from string import Formatter
from typing import Any

Words = tuple[str, str]
"""The same in Chinese and in English."""

OTHERWISE: Words = ("不符合此处要求的格式。", "is not of the form that is expected here")
EXPECTED: Mapping[str, Words] = {
    "missing": ("此项必填。", "must be given"),
    "extra_forbidden": ("没有此项，请删除。", "is nothing that this call takes: leave it out"),
    "model_type": ("应为 JSON 对象。", "an object is expected"),
    "model_attributes_type": ("应为 JSON 对象。", "an object is expected"),
    "dict_type": ("应为 JSON 对象。", "an object is expected"),
    "list_type": ("应为列表。", "a list is expected"),
    "tuple_type": ("应为列表。", "a list is expected"),
    "set_type": ("应为列表。", "a list is expected"),
    "frozen_set_type": ("应为列表。", "a list is expected"),
    "too_short": ("至少应有 {min_length} 项。", "at least {min_length} of them are expected"),
    "too_long": ("最多可有 {max_length} 项。", "at most {max_length} of them are expected"),
    "string_type": ("应为文本。", "a text is expected"),
    "string_unicode": ("应为文本。", "a text is expected"),
    "string_too_short": (
        "至少应有 {min_length} 个字符。",
        "at least {min_length} characters are expected",
    ),
    "string_too_long": (
        "最多可有 {max_length} 个字符。",
        "at most {max_length} characters are expected",
    ),
    "string_pattern_mismatch": (
        "文本格式不符，应匹配 {pattern}。",
        "a text that matches {pattern} is expected",
    ),
    "bool_type": ("应为 true 或 false。", "true or false is expected"),
    "bool_parsing": ("应为 true 或 false。", "true or false is expected"),
    "int_type": ("应为整数。", "a whole number is expected"),
    "int_parsing": ("应为整数。", "a whole number is expected"),
    "int_parsing_size": ("数字过大。", "a smaller number is expected"),
    "int_from_float": ("应为整数。", "a whole number is expected"),
    "float_type": ("应为数字。", "a number is expected"),
    "float_parsing": ("应为数字。", "a number is expected"),
    "finite_number": ("应为有限的数字。", "a finite number is expected"),
    "greater_than": ("应大于 {gt}。", "more than {gt} is expected"),
    "greater_than_equal": ("不得小于 {ge}。", "at least {ge} is expected"),
    "less_than": ("应小于 {lt}。", "less than {lt} is expected"),
    "less_than_equal": ("不得大于 {le}。", "at most {le} is expected"),
    "literal_error": ("应为以下之一：{expected}。", "one of these is expected: {expected}"),
    "enum": ("应为以下之一：{expected}。", "one of these is expected: {expected}"),
    "uuid_type": ("应为 UUID。", "an id (UUID) is expected"),
    "uuid_parsing": ("应为 UUID。", "an id (UUID) is expected"),
    "uuid_version": ("应为 UUID。", "an id (UUID) is expected"),
    "date_type": ("应为日期，如 2026-11-23。", "a day is expected: 2026-11-23"),
    "date_parsing": ("应为日期，如 2026-11-23。", "a day is expected: 2026-11-23"),
    "date_from_datetime_parsing": ("应为日期，如 2026-11-23。", "a day is expected: 2026-11-23"),
    "no-span": ("时长请写作 90s、30m、2h 或 1d。", "write a time as 90s, 30m, 2h or 1d"),
    "hidden-characters": ("含有不可见字符。", "holds characters that nobody can see"),
    "no-such-day": ("日历中没有这一天。", "no calendar has that day"),
    "no-period": ("日历中没有这一期间。", "no calendar has it"),
    "one-period": ("请只给出 month、week、day 之一。", "give one of month, week and day"),
    "one-choice": (
        "请在 letters 与 service 中给出且只给出一项。",
        "give exactly one of letters and service",
    ),
    "unconfirmed": (
        "请给出 expected（预演所得数量）与 reason，或以 dry_run 预演。",
        "give expected (the count of the dry run) and reason, or dry_run",
    ),
    "one-result": (
        "请在 solved 与 unreachable 中给出且只给出一项。",
        "give exactly one of solved and unreachable",
    ),
    "nobody-said-it": (
        "未联系上客户时没有评分，也没有新的诉求。",
        "a customer who was not reached gave no score and no complaint",
    ),
    "says-nothing": ("请给出 customer_refs 或数量。", "give customer_refs, or a count"),
    "guidance-by-phone": (
        "guidance 只用于 channel 为 phone 且 outcome 为 reached 的联系。",
        "guidance takes channel phone and outcome reached",
    ),
    "reason-missing": (
        "done 为 false 时请在 reason 中说明未办结的原因。",
        "say in reason why it is not done",
    ),
    "promise-unheard": (
        "promised_until 只用于 outcome 为 reached 或已留条的联系。",
        "promised_until takes outcome reached, or a note left",
    ),
    "two-ends": ("应为已接听或已放弃之一。", "is either answered or abandoned"),
    "out-of-order": (
        "时间应依呼入、接听、结束的次序。",
        "is offered, answered and ended in order",
    ),
    "phone-too-short": ("位数少于任何电话号码。", "holds fewer digits than any phone number"),
    "reach-missing": ("请给出电话、邮箱或账号。", "give a phone, an email or an account"),
    "values-missing": ("请给出等级、类别或类型。", "give a severity, a category or a kind"),
}
MOMENT: Words = (
    "应为带时区的时间，如 2026-11-23T10:00:00+08:00。",
    "a time with its offset is expected: write it as 2026-11-23T10:00:00+08:00",
)
MOMENTS = re.compile("no-moment|datetime_.*|timezone_.*")
BRANCH = re.compile(r"int|(constrained-)?str|(dict|list|literal|tuple)\[.*\]")
"""What pydantic names an alternative by: no place in the request."""


def places_of(errors: Sequence[Mapping[str, Any]]) -> list[tuple[str, Words]]:
    """Each place once (RFC 6901), with all that would have done there."""
    found: dict[str, list[Words]] = {}
    for error in errors:
        words = found.setdefault(_pointer(error["loc"]), [])
        if (said := _words(error)) not in words:
            words.append(said)
    return [(pointer, _either(words)) for pointer, words in found.items()]


def _pointer(loc: Sequence[str | int]) -> str:
    parts = [str(part) for part in loc if not BRANCH.fullmatch(str(part))]
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def _words(error: Mapping[str, Any]) -> Words:
    kind, limits = str(error["type"]), error.get("ctx", {})
    chinese, english = MOMENT if MOMENTS.fullmatch(kind) else EXPECTED.get(kind, OTHERWISE)
    named = {name for _, name, _, _ in Formatter().parse(english) if name}
    if not named <= limits.keys():
        return OTHERWISE
    listed = {**limits, "expected": str(limits.get("expected", "")).replace("' or '", "', '")}
    return chinese.format(**listed), english.format(**listed)


def _either(words: Sequence[Words]) -> Words:
    chinese = [one.rstrip("。") for one, _ in words]
    return "或者".join(chinese) + "。", ", or ".join(english for _, english in words)
