"""Invented names: surnames by their real frequency, given names by sex and decade, long names with a dot for minorities.

Many persons share a full name, as in life. Also the written variants that clerks make of a name.
"""

import numpy as np
import polars as pl

from targeting.simulate.clock import NOBODY, Bools, Floats, Ints, choose, joined, pick, year_of

SURNAMES = list(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪"
    "严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜肖詹关苗凌费纪靳盛童欧甄项曲成游阳裴"
    "席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边"
)
COMPOUND_SURNAMES = ["欧阳", "司马", "上官", "诸葛", "尉迟", "令狐"]
RARE_SURNAMES = ["䶮", "昝", "逯", "亓", "郄", "仝"]

OLD_MALE = (
    list("国建文志德福祥明永海春金玉树长宝庆忠良富贵荣学保维景宗"),
    list("华国军平民生林山海明祥福才贵田发友义清云成顺全安"),
)
OLD_FEMALE = (list("桂秀玉淑凤兰翠金素春爱美红月彩巧菊惠贵俊"), list("英兰珍芳梅荣花华云琴霞莲娥萍香芝清芬贞凤"))
MIDDLE_MALE = (list("伟强勇军磊涛杰超鹏斌辉波刚飞海建志浩凯旭晓龙"), list("伟强勇军磊涛杰超鹏斌辉波刚飞龙峰亮阳林宁"))
MIDDLE_FEMALE = (list("丽敏静燕艳霞娟婷玲雪慧娜莉倩颖梅洁琳红晓"), list("丽敏静燕艳霞娟婷玲雪慧娜莉倩颖萍洁琳芳红"))
YOUNG_MALE = (list("浩子宇俊梓博天一奕皓嘉铭泽志文昊睿承"), list("轩宇涵浩然博泽豪杰睿辰阳晨铭航宸林一"))
YOUNG_FEMALE = (list("梓欣雨思佳诗语一若可子妍依嘉梦艺紫馨"), list("涵怡萱琪妍彤雨晴瑶桐诺宁欣萌菲颖琳然"))
POOLS = (OLD_MALE, OLD_FEMALE, MIDDLE_MALE, MIDDLE_FEMALE, YOUNG_MALE, YOUNG_FEMALE)

LONG_MALE = [
    "买买提",
    "艾尼瓦尔",
    "吐尔逊",
    "阿不力孜",
    "玉素甫",
    "木合塔尔",
    "热合曼",
    "塔依尔",
    "库尔班",
    "艾山",
    "亚森",
    "伊敏",
]
LONG_FEMALE = ["阿依古丽", "再努热", "帕提古丽", "热依汗", "米日古丽", "古丽娜尔", "阿曼古丽", "祖丽菲亚", "布威海丽", "阿孜古丽"]
PEOPLES = ["汉族", "回族", "满族", "土家族", "蒙古族", "维吾尔族", "哈萨克族", "藏族"]
PEOPLE_WEIGHTS = [0.0, 0.27, 0.11, 0.08, 0.10, 0.31, 0.07, 0.06]
LONG_NAMED = (5, 6)

HOMOPHONES = {
    **dict(zip("丽莉燕艳静婧伟炜强墙军君涛韬杰洁鹏朋辉晖霞侠", "莉丽艳燕婧静炜伟墙强君军韬涛洁杰朋鹏晖辉侠霞", strict=True)),
    **dict(zip("玲琳芳方英瑛华花梅玫珍贞兰岚志智建健国果明鸣", "琳玲方芳瑛英花华玫梅贞珍岚兰智志健建果国鸣明", strict=True)),
    **dict(zip("浩皓宇雨轩萱涵含欣心怡宜张章徐许程陈肖萧付傅", "皓浩雨宇萱轩含涵心欣宜怡章张许徐陈程萧肖傅付", strict=True)),
}
LOOK_ALIKES = dict(
    zip("日曰未末土士己已王玉大太天夫田由晴睛侯候戴载芦庐", "曰日末未士土已己玉王太大夫天由田睛晴候侯载戴庐芦", strict=True)
)
TRADITIONAL = dict(
    zip(
        "丽张刘陈杨赵黄吴孙马罗郑谢韩冯萧邓许苏卢蒋贾叶阎国军华兰凤玉荣贵伟强涛鹏辉飞龙晓娟静颖洁红艳霞学维庆宝爱惠云",
        "麗張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭鄧許蘇盧蔣賈葉閻國軍華蘭鳳玉榮貴偉強濤鵬輝飛龍曉娟靜穎潔紅豔霞學維慶寶愛惠雲",
        strict=True,
    )
)
DOTS = ["•", "‧", "・", ".", " ", ""]
DOT = "·"


def surname_weights() -> Floats:
    """How common each surname is: a falling curve close to the census of surnames."""
    places = np.arange(len(SURNAMES), dtype=np.float64)
    weights = 1.0 / (places + 6.0) ** 1.05
    share: Floats = weights / weights.sum()
    return share


def draw_surnames(count: int, random: np.random.Generator) -> Ints:
    """A surname each, by frequency."""
    return random.choice(len(SURNAMES), size=count, p=surname_weights()).astype(np.int64)


def draw_given(born: Ints, male: Bools, random: np.random.Generator) -> tuple[Ints, Ints]:
    """Positions of the two characters of each given name in the pool of sex and decade; second -1 for one character."""
    years = year_of(born)
    skewed = random.random((2, len(born))) ** 1.6
    pool = pool_of(born, male)
    firsts = np.array([len(first) for first, _ in POOLS])[pool]
    seconds = np.array([len(second) for _, second in POOLS])[pool]
    one = random.random(len(born)) < np.where((years >= 1970) & (years < 2000), 0.42, 0.06)
    second = np.where(one, NOBODY, (skewed[1] * seconds).astype(np.int64))
    return (skewed[0] * firsts).astype(np.int64), second


def pool_of(born: Ints, male: Bools) -> Ints:
    """Which pool of given names a person belongs to."""
    years = year_of(born)
    return np.where(years < 1970, 0, np.where(years < 2000, 2, 4)) + np.where(male, 0, 1)


def given_text(born: Ints, male: Bools, first: Ints, second: Ints) -> pl.Series:
    """The given name as written."""
    pool = pool_of(born, male)
    starts = np.cumsum([0, *(len(one) for one, _ in POOLS)])[:-1]
    ends = np.cumsum([0, *(len(two) for _, two in POOLS)])[:-1]
    first_words = [word for one, _ in POOLS for word in one]
    second_words = [word for _, two in POOLS for word in two]
    second_text = pick([*second_words, ""], np.where(second < 0, len(second_words), ends[pool] + second))
    return joined(pick(first_words, starts[pool] + first), second_text)


def full_names(surname: Ints, given: pl.Series, people: Ints, male: Bools, long_given: Ints, long_patronym: Ints) -> pl.Series:
    """Surname and given name; for peoples with long names given name, dot, father's given name."""
    plain = joined(pick(SURNAMES, surname), given)
    words = LONG_MALE + LONG_FEMALE
    own = np.where(male, long_given % len(LONG_MALE), len(LONG_MALE) + long_given % len(LONG_FEMALE))
    long = joined(pick(words, own), DOT, pick(LONG_MALE, long_patronym % len(LONG_MALE)))
    return choose(np.isin(people, LONG_NAMED), long, plain)
