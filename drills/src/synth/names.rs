//! Names of people (`domain.md` §11.1): surnames by frequency, mostly two-character given names, and the shapes that break software:
//! one-character given names, two-character surnames, names with a middle dot.

use rand::RngExt as _;

use crate::seed::Random;

/// Frequent surnames with their weight, in tenths of a per cent.
const SURNAMES: &[(&str, u32)] = &[
    ("王", 72),
    ("李", 70),
    ("张", 67),
    ("刘", 54),
    ("陈", 46),
    ("杨", 31),
    ("黄", 24),
    ("赵", 22),
    ("吴", 21),
    ("周", 20),
    ("徐", 17),
    ("孙", 15),
    ("马", 13),
    ("朱", 12),
    ("胡", 12),
    ("郭", 12),
    ("何", 12),
    ("高", 11),
    ("林", 11),
    ("罗", 9),
    ("郑", 9),
    ("梁", 9),
    ("谢", 8),
    ("宋", 8),
    ("唐", 7),
    ("许", 7),
    ("韩", 7),
    ("冯", 6),
    ("邓", 6),
    ("曹", 6),
    ("彭", 6),
    ("曾", 6),
    ("肖", 6),
    ("田", 5),
    ("董", 5),
    ("袁", 5),
    ("潘", 5),
    ("于", 5),
    ("蒋", 5),
    ("蔡", 5),
    ("余", 5),
    ("杜", 5),
    ("叶", 5),
    ("程", 5),
    ("苏", 4),
    ("魏", 4),
    ("吕", 4),
    ("丁", 4),
    ("任", 4),
    ("沈", 4),
    ("姚", 4),
    ("卢", 4),
    ("姜", 4),
    ("崔", 4),
    ("钟", 4),
    ("谭", 4),
    ("陆", 4),
    ("汪", 4),
    ("范", 4),
    ("金", 4),
    ("欧阳", 2),
    ("司马", 1),
    ("上官", 1),
    ("诸葛", 1),
];
/// Rare surnames, each of weight 2.
const TAIL: &str = "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申\
    欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚\
    娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝";
/// Names that are not a surname and a given name.
const WITH_DOT: &[&str] = &[
    "买买提·阿不都",
    "阿依古丽·艾山",
    "古丽娜尔·吐尔逊",
    "努尔兰·哈孜",
    "巴特尔·乌兰",
    "扎西·多吉",
    "卓玛·央金",
];
const MALE: &str = "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林阳建国志文海山峰毅博瑞晨东成康星光天达安岩中茂进有坚和彪诚先敬震振壮会思群豪心\
    邦承乐绍功松善厚庆民友裕河哲江泽";
const FEMALE: &str = "芳娜敏静丽艳娟霞秀燕玲桂英华慧巧美雅雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉婷宁蓉眉君琴蕊薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽\
    希欣飘育滢馥筠柔竹霭凝晓欢霄枫芸菲寒伊亚宜可姬舒";

/// How often somebody carries a name that somebody else of the unit carries: two people a time, so more than 3 % of people.
pub(crate) const HOMONYMS: f64 = 0.03;

/// Draws names.
pub(crate) struct Names {
    surnames: Vec<(&'static str, u32)>,
    total: u32,
    male: Vec<char>,
    female: Vec<char>,
}

impl Names {
    pub(crate) fn new() -> Self {
        let tail = TAIL
            .char_indices()
            .filter(|(_, c)| !c.is_whitespace())
            .map(|(at, c)| (&TAIL[at..at + c.len_utf8()], 2));
        let mut total = 0;
        let surnames = SURNAMES
            .iter()
            .copied()
            .chain(tail)
            .map(|(surname, weight)| {
                total += weight;
                (surname, total)
            })
            .collect();
        Self {
            surnames,
            total,
            male: MALE.chars().collect(),
            female: FEMALE.chars().collect(),
        }
    }

    pub(crate) fn draw(&self, male: bool, random: &mut Random) -> String {
        if random.random_bool(0.002) {
            return WITH_DOT[random.random_range(0..WITH_DOT.len())].to_owned();
        }
        let at = random.random_range(0..self.total);
        let (surname, _) = self.surnames[self.surnames.partition_point(|(_, upto)| *upto <= at)];
        let given = if male { &self.male } else { &self.female };
        let mut name = surname.to_owned();
        for _ in 0..if random.random_bool(0.85) { 2 } else { 1 } {
            name.push(given[random.random_range(0..given.len())]);
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seeds;

    #[test]
    fn surnames_follow_their_frequency_and_every_shape_occurs() {
        let (names, mut random) = (Names::new(), Seeds::new(1).child("test"));
        let drawn: Vec<String> = (0..20_000).map(|n| names.draw(n % 2 == 0, &mut random)).collect();
        let share = |found: usize| found as f64 / drawn.len() as f64;
        let wang = share(drawn.iter().filter(|name| name.starts_with('王')).count());
        assert!((0.045..0.075).contains(&wang), "{wang}");
        let three = share(drawn.iter().filter(|name| name.chars().count() == 3).count());
        assert!((0.8..0.9).contains(&three), "{three}");
        assert!(drawn.iter().any(|name| name.contains('·')));
        assert!(drawn.iter().any(|name| name.chars().count() == 2));
        assert!(
            drawn
                .iter()
                .any(|name| name.starts_with("欧阳") && name.chars().count() == 4)
        );
        assert!(drawn.iter().all(|name| !name.contains(char::is_whitespace)));
    }
}
