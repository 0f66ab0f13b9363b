"""The rules that a request to sla can break."""

from shared.decider import BrokenRuleError, NotYetKnownError, UnknownSubjectError


class TicketNotHeardOfError(UnknownSubjectError):
    """No registration was heard, or the ticket is not this caller's to see."""

    code = "ticket-not-found"
    zh = "找不到该工单，请核对编号和密钥的可见范围。"
    en = "There is no such ticket: check its id, and what the key may see."


class WatchedElsewhereError(NotYetKnownError):
    """Of several instances each knows the tickets of its own partitions; they may change hands."""

    code = "watched-elsewhere"
    zh = "该工单由 sla 的另一个实例跟踪，请向该实例查询；各实例的分区见 huiyin groups。"
    en = "Another instance of sla watches this ticket: ask that one; huiyin groups shows which."


class EscalationNotFoundError(UnknownSubjectError):
    """Nobody raised it, or the ticket is not this caller's to see."""

    code = "escalation-not-found"
    zh = "找不到该升级记录，请核对编号和密钥的可见范围。"
    en = "There is no such escalation: check its id, and what the key may see."


class EscalationWithdrawnError(BrokenRuleError):
    """A fact heard late showed that there was nothing to act on."""

    code = "escalation-withdrawn"
    zh = "该升级已撤回，无需确认。"
    en = "The escalation was withdrawn: nobody needs to acknowledge it."


class ReplayRunningError(BrokenRuleError):
    """Only one at a time is run: each needs as much memory as the live state."""

    code = "replay-running"
    zh = "已有一次重放正在进行，请等它结束。"
    en = "A replay is running: wait until it is done."


class SimulationRunningError(BrokenRuleError):
    """Only one at a time is run: the watch over real deadlines comes first."""

    code = "simulation-running"
    zh = "已有一次规章试算正在进行，请等它结束。"
    en = "A simulation is running: wait until it is done."


class ClockNotFoundError(UnknownSubjectError):
    """The ticket's pack makes no such promise, or not in that round."""

    code = "clock-not-found"
    zh = "该工单没有这个时限，请核对时限名称和轮次。"
    en = "The ticket has no such clock: check its name and the round."


class PackNotHereError(BrokenRuleError):
    """The ticket's clocks stand as they were published, and nothing here can explain them."""

    code = "pack-not-here"
    zh = "该工单的规章包在本系统中未运行，请将其文件放入 HUIYIN_PACKS。"
    en = "The ticket's pack does not run here: put its file into HUIYIN_PACKS."

    def __init__(self, pack: str) -> None:
        super().__init__(pack=pack)
        self.zh = f"该工单的规章包 {pack} 在本系统中未运行，请将其文件放入 HUIYIN_PACKS。"
        self.en = f"The ticket's pack {pack} does not run here: put its file into HUIYIN_PACKS."


class PackNotFoundError(UnknownSubjectError):
    """No file holds version 1 of it: a new regulation begins as one."""

    code = "pack-not-found"
    zh = "本系统没有该规章包，新规章包须先作为文件放入 HUIYIN_PACKS。"
    en = "No pack of that name runs here: a new one begins as a file in HUIYIN_PACKS."


class CalendarNotFoundError(UnknownSubjectError):
    """Calendars that have versions are those of countries; a pack's own are part of the pack."""

    code = "calendar-not-found"
    zh = "没有该日历：国家日历请用 cn；规章包自带的日历请随规章包的新版本发布。"
    en = "No country's calendar has that name (there is cn): a pack's own come with its versions."


class VersionNotNextError(BrokenRuleError):
    """Somebody published another version meanwhile, or the number was not raised."""

    code = "version-not-next"
    zh = "版本号必须是下一个版本，请读取最新版本后再发布。"
    en = "The pack's version must be the next one: read the newest, and publish what follows it."

    def __init__(self, *, expected: str) -> None:
        super().__init__(expected=expected)
        self.zh = f"版本号必须是下一个版本 {expected}，请读取最新版本后再发布。"
        self.en = f"The pack's version must be {expected}: read the newest, publish the next."


class VersionUnchangedError(BrokenRuleError):
    """A version that changes nothing would only be one more to explain."""

    code = "version-unchanged"
    zh = "与上一版本内容相同，无需发布。"
    en = "It says the same as the version before: there is nothing to publish."


class CalendarVersionNotRaisedError(BrokenRuleError):
    """What an explanation names could not be told from what it was before."""

    code = "calendar-version-not-raised"
    zh = "规章包中的日历已修改，请提高该日历的版本号。"
    en = "A calendar of the pack was changed: raise that calendar's own version, too."


class EffectiveTooSoonError(BrokenRuleError):
    """Every service has to hear of it first."""

    code = "effective-too-soon"
    zh = "生效时间至少须在十分钟之后，请改为较晚的时间。"
    en = "It can take effect in ten minutes at the earliest: give a later effective_from."


class EffectiveTooLateError(BrokenRuleError):
    """Most likely a slip: and no other version could come before it."""

    code = "effective-too-late"
    zh = "生效时间须在一年之内，请改为较早的时间。"
    en = "It must take effect within a year: give an earlier effective_from."


class EffectiveNotLaterError(BrokenRuleError):
    """Versions come into force in the order of their numbers."""

    code = "effective-not-later"
    zh = "生效时间必须晚于上一版本的生效时间，请改为较晚的时间。"
    en = "It must take effect later than the version before: give a later effective_from."


class NoticeInFutureError(BrokenRuleError):
    """Nobody announced it yet; and no truthful notice of that year could follow it."""

    code = "notice-in-future"
    zh = "通知的发布日期（announced_on）在将来，请核对后再发布。"
    en = "Its announced_on lies in the future: give the day on which it was announced."


class NoticeOutOfOrderError(BrokenRuleError):
    """The last one announced for a year wins, so they are published in that order."""

    code = "notice-out-of-order"
    zh = "该通知的发布日期早于同一年份已发布的通知，请发布该年份最近公布的通知。"
    en = "A notice of that year announced later is published: publish one announced after it."


class VersionNotInForceError(BrokenRuleError):
    """Tickets would be judged by what judges no new one yet."""

    code = "version-not-in-force"
    zh = "最新版本尚未生效，请在生效后再重算。"
    en = "The newest version is not in force yet: ask again once it is."

    def __init__(self, *, effective_from: str) -> None:
        super().__init__(effective_from=effective_from)
        self.zh = f"最新版本自 {effective_from} 起生效，请届时再重算。"
        self.en = f"The newest version takes effect at {effective_from}: ask again then."


class RecalculationRunningError(BrokenRuleError):
    """Only one at a time: each moved deadline has one reason."""

    code = "recalculation-running"
    zh = "已有一次重算正在进行，请等它结束。"
    en = "A recalculation is running: wait until it is done."
