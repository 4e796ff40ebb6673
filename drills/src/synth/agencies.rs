//! Agencies of a district (区直单位): kinds and sizes of `domain.md` §11.1, and names as a district would have them.

/// A kind of agency: how many a district has and how large they are.
pub(crate) struct AgencyKind {
    /// Established staff of all of them in Gaoming.
    pub(crate) staff: u32,
    /// Spread of their sizes: sigma of a lognormal.
    pub(crate) sigma: f64,
    /// The smallest.
    pub(crate) min: u32,
    /// Of their people, Party members.
    pub(crate) party: f64,
    /// Names, to stand after the district's.
    pub(crate) names: &'static [&'static str],
}

/// Agencies of a district by kind: 32 + 8 + 11 + 6 + 1 + 1 + 1 = 60.
pub(crate) const KINDS: [AgencyKind; 7] = [
    AgencyKind {
        staff: 1_600,
        sigma: 0.6,
        min: 12,
        party: 0.82,
        names: &[
            "委办公室",
            "委组织部",
            "委宣传部",
            "委统战部",
            "委政法委员会",
            "委社会工作部",
            "纪律检查委员会",
            "人大常委会办公室",
            "政协办公室",
            "人民政府办公室",
            "发展和改革局",
            "经济和科技促进局",
            "民政局",
            "司法局",
            "财政局",
            "人力资源和社会保障局",
            "自然资源局",
            "住房和城乡建设局",
            "交通运输局",
            "水利局",
            "农业农村局",
            "商务局",
            "文化广电旅游体育局",
            "卫生健康局",
            "退役军人事务局",
            "应急管理局",
            "审计局",
            "市场监督管理局",
            "统计局",
            "医疗保障局",
            "政务服务和数据管理局",
            "城市管理和综合执法局",
        ],
    },
    AgencyKind {
        staff: 120,
        sigma: 0.3,
        min: 6,
        party: 0.82,
        names: &[
            "总工会",
            "团委",
            "妇女联合会",
            "工商业联合会",
            "科学技术协会",
            "残疾人联合会",
            "红十字会",
            "文学艺术界联合会",
        ],
    },
    AgencyKind {
        staff: 1_045,
        sigma: 0.6,
        min: 12,
        party: 0.55,
        names: &[
            "疾病预防控制中心",
            "融媒体中心",
            "机关事务服务中心",
            "公共资源交易中心",
            "气象局",
            "水文测报中心",
            "不动产登记中心",
            "图书馆",
            "文化馆",
            "公路事务中心",
            "委党校",
        ],
    },
    AgencyKind {
        staff: 900,
        sigma: 0.6,
        min: 12,
        party: 0.40,
        names: &[
            "城市建设投资公司",
            "供水公司",
            "公共交通公司",
            "粮食储备公司",
            "产业投资公司",
            "文旅发展公司",
        ],
    },
    AgencyKind {
        staff: 2_600,
        sigma: 0.0,
        min: 12,
        party: 0.55,
        names: &["教育系统"],
    },
    AgencyKind {
        staff: 1_500,
        sigma: 0.0,
        min: 12,
        party: 0.55,
        names: &["卫生健康系统"],
    },
    AgencyKind {
        staff: 750,
        sigma: 0.0,
        min: 12,
        party: 0.82,
        names: &["公安分局"],
    },
];

/// Names of the agencies of a county of the province, as many as it needs: schools and hospitals once offices run out.
pub(crate) fn names(count: usize) -> Vec<(String, f64)> {
    let offices = KINDS
        .iter()
        .flat_map(|kind| kind.names.iter().map(|name| ((*name).to_owned(), kind.party)));
    let schools = (1..).map(|number| (format!("第{number}中学"), 0.55));
    offices.chain(schools).take(count).collect()
}
