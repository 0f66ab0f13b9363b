"""The five stories; their chapters are the tests that tell them."""

from tests.e2e.stories.tale import Story
from tests.e2e.stories.words import Words

HOTLINE = Story(
    "hotline-400",
    Words("全国 400 客服热线", "The national 400 hotline"),
    Words(
        "一条热线的几周：夜里的来电、被拒收的派单、查无实据的投诉、修不好的机器、网上的抱怨、"
        "一句话能答的咨询，"
        "还有没人管、一级一级升上去的投诉。",
        "Some weeks of a hotline: a call at night, a work order refused, an unfounded complaint, "
        "a device that cannot be mended, a complaint on the web, a question, and a complaint that "
        "nobody handled.",
    ),
)
CABLE = Story(
    "cable-field-service",
    Words("有线电视上门服务", "Cable TV field service"),
    Words(
        "网格经理的一周：接单、预约、改约、扑空；投诉谁，谁就不能管；联系不上的客户，要真跑过才算。",
        "A week of the areas' managers: visits agreed and moved, a door that nobody opens, a "
        "complaint about one of them, and a customer who is unreachable only once somebody has "
        "really been there.",
    ),
)
ACCOUNTS = Story(
    "mobile-key-account",
    Words("移动大客户经理", "Phone managers for valued customers"),
    Words(
        "该打的电话一个不漏，不该打的一个不打；电话里办不了的转出去，结果要回来；"
        "钻石卡客户的投诉排在最前面。",
        "Every call that is due is made and no other; what the phone cannot solve is passed on, "
        "and its result comes back; a diamond customer's complaint stands first in line.",
    ),
)
TRAVEL = Story(
    "travel-platform",
    Words("旅行平台服务中心", "The travel platform's service centre"),
    Words(
        "二十四小时、按分钟算的服务：答应了几点就是几点，超出权限就往上报，延期要客户点头，"
        "回访里听到的新抱怨另立一单。",
        "Service by the minute, day and night: what was promised is kept, what is beyond one's "
        "authority goes up, longer takes the customer's consent, and a new complaint heard in a "
        "revisit becomes its own ticket.",
    ),
)
CARRIER = Story(
    "telecom-carrier",
    Words("全国运营商", "The national carrier"),
    Words(
        "市、省、集团三级：能在下面办的往下派，催了又催的往上升，告到主管部门的由集团公司答复。",
        "Three levels, city, province and nation: down goes what can be handled there, up what is "
        "asked for again and again, and what reaches the regulator is answered by the nation.",
    ),
)
STORIES = (HOTLINE, CABLE, ACCOUNTS, TRAVEL, CARRIER)
