"""What is wrong in a pack, a calendar or a notice, in Chinese: readers say it in English.

By their sentences, as `shared/http/expected.py` goes by the names of a model's errors. A test
finds each sentence that a reader may say and that is not here.
"""

import re
from collections.abc import Mapping

from shared.worktime import WorktimeError

Words = tuple[str, str]

UNUSABLE = "Calendar (.+) can't be used: "
CHINESE: Mapping[str, str] = {
    # what is no YAML, in the words of its parser
    r"this is no YAML \((.*)\): check its (.*)": "不符合 YAML 格式，请检查缩进、引号和冒号",
    # any field
    r"unknown field; there are (.*)": "没有此字段，可用的有 {}",
    r"Invalid enum value (.*); there are (.*)": "没有取值 {}，可用的有 {}",
    r"Object missing required field `(.*)`": "缺少字段 {}",
    r"Expected `(.*)`, got `(.*)`": "应为 {}，而不是 {}",
    r"Expected `(.*)` of length (>=|<=) (.*)": "{} 的长度应 {} {}",
    r"Expected `(.*)` (>=|<=) (.*)": "{} 应 {} {}",
    r"Expected `(.*)` matching regex '(.*)'": "{} 应匹配 {}",
    r"(.*) is given twice": "{} 重复出现",
    # notation
    r"Expected a time as text, got (.*)": "时长应写成文本，而不是 {}",
    r"(.*) is no time: write it as 30m, 2h, 7d, 2h working or 3wd": (
        "{} 不是时长，请写成 30m、2h、7d、2h working 或 3wd"
    ),
    r"(.*) is no span of a day: write it as (.*)": "{} 不是一天中的时段，请写成 {}",
    r"(.*) is no span of a day: it opens before it closes, by 24:00": (
        "{} 不是一天中的时段：开始须早于结束，且不晚于 24:00"
    ),
    r"(.*) is no weekday: write it as (.*)": "{} 不是星期，请写成 {}",
    r"(.*) is no date: write it as (.*)": "{} 不是日期，请写成 {}",
    r"(.*) is given twice in the week": "一周中重复给出 {}",
    r"(.*) ends before it begins": "{} 的结束早于开始",
    r"(.*) is longer than a year: give it year by year": "{} 超过一年，请逐年给出",
    # packs
    r"zone (.*) is unknown: write it as Asia/Shanghai": "没有时区 {}，请写成 Asia/Shanghai",
    r"there is no (.*) in this pack; there are (.*)": "本规章包中没有 {}，可用的有 {}",
    r"there is no pack (.*) to extend; there are (.*)": "没有可供扩展的规章包 {}，可用的有 {}",
    r"(.*): a cycle": "{} 形成循环",
    r"recorded starts nothing": "recorded 不能作为起点",
    r"answer-missed ends nothing": "answer-missed 不能作为终点",
    r"a time is promised only where (.*) starts the clock": "只有以 {} 起算的时限才能承诺时间",
    r"(.*) is of another clock, answer": "{} 属于另一个时限 answer",
    r"rules (.*) and (.*) fit the same tickets equally": "规则 {} 与规则 {} 同等适用于同一工单",
    r"a rule has either a `limit` or `none: true`, or its limit is `until`": (
        "规则须给出 limit、until 或 none: true 之一"
    ),
    r"there is no target before a limit `until`": "以 until 为限的规则没有 target",
    r"without a limit there is neither target nor ladder": "没有时限就没有 target 和 ladder",
    r"target (.*) lies beyond limit (.*)": "target {} 超过 limit {}",
    r"a clock that a takeover ends calls on people: its ladder takes nothing over": (
        "以接管为终点的时限只通知人员，其 ladder 不能再接管"
    ),
    r"(.*) is planned already: one name, one task": "{} 已在计划中，一个名称只对应一项任务",
    r"calls lie apart by the wall clock, not by (.*)": "联系间隔按自然时间计，不能是 {}",
    # calendars
    UNUSABLE + r"no weekday has any working time": "日历 {} 不可用：没有一天有工作时间",
    UNUSABLE + r"(.*) is both a day off and a make-up day": (
        "日历 {} 不可用：{} 既是休息日又是补班日"
    ),
    UNUSABLE + r"make-up day (.*) takes (.*)'s spans: it has none": (
        "日历 {} 不可用：补班日 {} 采用 {} 的时段，而那天没有"
    ),
    UNUSABLE + r"zone (.*) is unknown": "日历 {} 不可用：没有时区 {}",
    UNUSABLE + r"span (.*) does not open before it closes in one day": (
        "日历 {} 不可用：时段 {} 须在一天之内先开始后结束"
    ),
    UNUSABLE + r"the spans of a day overlap or are out of order": (
        "日历 {} 不可用：一天中的时段重叠或次序有误"
    ),
    r"Calendar (.*) answers for the years (.*) to (.*) only": "日历 {} 只涵盖 {} 年至 {} 年",
    # notices
    r"(.*) is far from (.*): expected a day of (.*) to (.*)": "{} 离 {} 年太远，应在 {} 至 {} 之间",
    r"expected a day of (.*), the notice's year": "应有 {} 年（通知的年份）的日期",
    r"(.*) is both a day off and a make-up day": "{} 既是休息日又是补班日",
    r"(.*) days for one year: expected at most (.*)": "一年有 {} 天，最多为 {} 天",
    r"expected an https:// or http:// address, or plain text": (
        "应为 https:// 或 http:// 网址，或普通文本"
    ),
    r"expected (.*) or later: the last one announced for a year wins": (
        "应为 {} 或之后：同一年份以最后公布的为准"
    ),
    r"expected one, found (.*): publish one after the other": "应只有一个，实有 {} 个，请逐个发布",
    # a text that comes in a request
    r"it holds a character that (.*)": "含有不能使用的字符，请删除",
    r"it holds a number that cannot be read": "含有无法读取的数字",
    r"it is longer than (.*) characters": "超过 {} 个字符",
    r"nested deeper than (.*)": "嵌套超过 {} 层",
    r"a draft takes no anchors and aliases: write it out": "不能使用锚点和别名，请完整写出",
    r"a draft takes no tags: write plain values": "不能使用标签，请写普通的值",
    r"a key is plain text": "键应为普通文本",
}


def in_chinese(sentence: str) -> str:
    """The sentence with the place before it as it is; one that is not known stays."""
    place, said = "", sentence
    while True:
        for english, chinese in CHINESE.items():
            if found := re.fullmatch(english, said, re.DOTALL):
                return place + chinese.format(*found.groups())
        head, colon, rest = said.partition(": ")
        if not colon:
            return sentence
        place, said = f"{place}{head}: ", rest


def calendar_words(error: WorktimeError) -> Words:
    """Why a calendar does not serve, as a problem's detail."""
    told = str(error).rstrip(".")
    return f"{in_chinese(told)}。", told
