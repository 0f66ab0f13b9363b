"""Who plays: the people of the example directory, each with a key of their own, and five desks."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from shared.keys import KeyFile, Scope
from tests.e2e.stories.words import Words
from tests.e2e.system import Client, System

SERVICE = Words("客户服务部", "customer service")
NETWORK = Words("网络维护部", "network maintenance")
FIELD = Words("装维服务部", "installation and repair")
PRODUCT = Words("产品质量部", "product quality")
ACCOUNTS = Words("大客户部", "key accounts")
TRAVEL = Words("旅行服务部", "travel service")
QUALITY = Words("服务质量监督中心", "service quality centre")
BILLING = Words("计费账务部", "billing")
PROVINCE = Words("省公司客服中心", "provincial service centre")
NATION = Words("集团客服中心", "group service centre")

DEPARTMENTS = {
    "customer-service": SERVICE,
    "network-maintenance": NETWORK,
    "field-service": FIELD,
    "product-quality": PRODUCT,
    "key-accounts": ACCOUNTS,
    "travel-service": TRAVEL,
    "quality-centre": QUALITY,
    "billing": BILLING,
    "province-service": PROVINCE,
    "group-service": NATION,
}
PEOPLE = {
    "zhang-min": (Words("张敏", "Zhang Min"), "customer-service"),
    "zhou-ting": (Words("周婷", "Zhou Ting"), "customer-service"),
    "luo-yan": (Words("罗燕", "Luo Yan"), "customer-service"),
    "tang-jing": (Words("唐静", "Tang Jing"), "customer-service"),
    "xu-lei": (Words("徐磊", "Xu Lei"), "billing"),
    "gao-feng": (Words("高峰", "Gao Feng"), "billing"),
    "he-bin": (Words("何斌", "He Bin"), "billing"),
    "sun-yue": (Words("孙悦", "Sun Yue"), "billing"),
    "guo-wei": (Words("郭伟", "Guo Wei"), "network-maintenance"),
    "lin-tao": (Words("林涛", "Lin Tao"), "network-maintenance"),
    "huang-jie": (Words("黄杰", "Huang Jie"), "network-maintenance"),
    "ma-chao": (Words("马超", "Ma Chao"), "network-maintenance"),
    "zhao-gang": (Words("赵刚", "Zhao Gang"), "network-maintenance"),
    "wang-qiang": (Words("王强", "Wang Qiang"), "field-service"),
    "liu-yang": (Words("刘洋", "Liu Yang"), "field-service"),
    "chen-hao": (Words("陈浩", "Chen Hao"), "field-service"),
    "peng-hui": (Words("彭辉", "Peng Hui"), "field-service"),
    "cao-yong": (Words("曹勇", "Cao Yong"), "field-service"),
    "deng-li": (Words("邓丽", "Deng Li"), "product-quality"),
    "tian-yu": (Words("田宇", "Tian Yu"), "product-quality"),
    "xie-ying": (Words("谢英", "Xie Ying"), "product-quality"),
    "song-ping": (Words("宋平", "Song Ping"), "product-quality"),
    "qin-yao": (Words("秦瑶", "Qin Yao"), "key-accounts"),
    "fan-mei": (Words("范梅", "Fan Mei"), "key-accounts"),
    "yuan-fang": (Words("袁芳", "Yuan Fang"), "key-accounts"),
    "jiang-hong": (Words("江红", "Jiang Hong"), "key-accounts"),
    "jin-ling": (Words("金玲", "Jin Ling"), "travel-service"),
    "ou-yang": (Words("欧阳", "Ou Yang"), "travel-service"),
    "bai-lu": (Words("白露", "Bai Lu"), "travel-service"),
    "meng-fei": (Words("孟飞", "Meng Fei"), "travel-service"),
    "cui-jun": (Words("崔军", "Cui Jun"), "quality-centre"),
    "dong-hua": (Words("董华", "Dong Hua"), "quality-centre"),
    "ren-jie": (Words("任杰", "Ren Jie"), "province-service"),
    "wei-dong": (Words("魏东", "Wei Dong"), "province-service"),
    "lu-ping": (Words("陆平", "Lu Ping"), "province-service"),
    "shi-lan": (Words("石兰", "Shi Lan"), "group-service"),
    "qiao-ming": (Words("乔明", "Qiao Ming"), "group-service"),
}
"""By the name of their key; the department is the directory's."""
NAMES = {
    "shen-guoqiang": Words("沈国强（副总经理）", "Shen Guoqiang (deputy general manager)"),
    **{name: words for name, (words, _) in PEOPLE.items()},
}
STAFF: tuple[Scope, ...] = ("tickets:read", "work:write", "sla:read")
CENTRAL: tuple[Scope, ...] = (*STAFF, "revisits:write")
"""The centre sees every department: it arbitrates, takes over, reviews and calls back."""
EVERYWHERE = {"customer-service", "quality-centre", "province-service", "group-service"}
DESK: tuple[Scope, ...] = (
    "tickets:write",
    "tickets:read",
    "pii:read",
    "revisits:write",
    "sla:read",
)


@dataclass
class Company:
    """A running system and who may call it; every key is made when it is first needed."""

    system: System
    _clients: dict[str, Client] = field(default_factory=dict)

    def person(self, name: str) -> Client:
        """The member of staff: what their own department works on, or everything."""
        department = PEOPLE[name][1]
        if department in EVERYWHERE:
            return self._client(name, CENTRAL, "*")
        return self._client(name, STAFF, department)

    def desk(self, pack: str) -> Client:
        """The system at which a pack's calls are taken; it names who took each."""
        return self._client(f"desk-{pack}", DESK, pack=pack)

    def watcher(self) -> Client:
        """Who only looks, everywhere."""
        return self._client("watcher", ("tickets:read", "sla:read", "audit:read"), "*")

    def archivist(self) -> Client:
        """Who may see personal data, and is recorded for it."""
        return self._client("archivist", ("tickets:read", "pii:read"), "*")

    def officer(self) -> Client:
        """Who may erase a person."""
        return self._client("officer", ("admin",))

    def _client(
        self, name: str, scopes: tuple[Scope, ...], *departments: str, pack: str = "hotline-400"
    ) -> Client:
        if name not in self._clients:
            token = self._keys.create(name, scopes, datetime.now(UTC), departments, pack)
            self._clients[name] = self.system.client(token)
        return self._clients[name]

    @property
    def _keys(self) -> KeyFile:
        """What `huiyin keys create` writes, without a process for each person."""
        program = next(iter(self.system.programs.values()))
        return KeyFile(Path(program.environment["HUIYIN_DATA"]) / "keys.json")

    def close(self) -> None:
        for client in self._clients.values():
            client.close()
