//! The columns of the bureaus' rosters under their usual names.

use crate::base::text::squeeze;

macro_rules! columns {
    ($($(#[$meta:meta])* $name:ident = $key:literal : [$($alias:literal),* $(,)?]),* $(,)?) => {
        /// A column that the roster room reads.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Column { $($(#[$meta])* $name),* }

        impl Column {
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word of reports and JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $key),* }
            }

            /// The names that bureaus give the column; the first is the usual one.
            pub const fn names(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($alias),*]),* }
            }
        }
    };
}

columns! {
    RegionCode = "region_code": ["行政区划代码", "区划代码", "行政村代码", "村代码", "村编码", "行政村编码"],
    County = "county": ["县", "县市", "县市区", "县区", "区县", "市县", "所属县", "所在县", "县名", "县名称"],
    Township = "township": ["乡", "乡镇", "镇", "乡镇街道", "镇乡", "街道", "所属乡镇", "所在乡镇", "乡镇名称"],
    Village = "village": ["行政村", "村", "村社区", "村居", "村委会", "社区", "所属村", "所在村", "行政村社区", "村名", "行政村名称", "行政村名"],
    NaturalVillage = "natural_village": ["村民小组", "自然村", "小组", "组", "村小组", "自然村小组", "村组", "自然村名称", "村民小组名称"],
    HouseholdNumber = "household_number": ["户编号", "户编码", "户号", "家庭编号", "农户编号", "户籍编号", "家庭编码"],
    HouseholdType = "household_type": ["户类型", "农户类型", "家庭类型", "户属性", "农户类别"],
    PovertyAttribute = "poverty_attribute": ["贫困户属性", "脱贫户属性", "贫困属性", "脱贫属性"],
    MonitorCategory = "monitor_category": ["监测类别", "监测对象类别", "监测对象", "监测对象类型", "监测户类型", "监测户类别"],
    Relocated = "relocated": ["是否易地搬迁户", "是否易地扶贫搬迁户", "是否搬迁户", "易地搬迁户", "是否易地扶贫搬迁", "是否易地搬迁", "易地扶贫搬迁户"],
    Site = "site": ["安置点", "安置点名称", "搬迁安置点", "易地搬迁安置点", "集中安置点", "安置小区"],
    PersonNumber = "person_number": ["人编号", "人口编号", "人员编号", "人编码", "个人编号", "人口编码", "人员编码"],
    Name = "name": ["姓名", "人员姓名", "家庭成员姓名", "成员姓名", "劳动力姓名"],
    Sex = "sex": ["性别"],
    IdNumber = "id_number": ["公民身份号码", "身份证号", "身份证号码", "证件号码", "身份证", "证件号", "公民身份证号码", "身份号码", "居民身份证号码", "居民身份证号"],
    BirthDate = "birth_date": ["出生日期", "出生年月日", "生日", "出生年月"],
    EthnicGroup = "ethnic_group": ["民族"],
    Relation = "relation": ["与户主关系", "户主关系", "与户主的关系", "关系", "家庭关系"],
    Education = "education": ["文化程度", "学历", "受教育程度", "文化水平"],
    School = "school": ["在校生状况", "在校状况", "在校生情况", "就学状况", "在校情况"],
    Health = "health": ["健康状况", "身体状况", "健康情况"],
    Labour = "labour": ["劳动能力", "劳动技能", "劳动力类型", "劳动力状况", "劳动能力状况", "劳动力情况"],
    Skills = "skills": ["技能特长", "特长", "技能", "掌握技能", "专业技能", "技能专长"],
    Employed = "employed": ["是否就业", "是否务工", "是否已就业", "是否已务工", "就业状况", "就业状态", "务工状态", "就业情况"],
    WorkForm = "work_form": ["就业形式", "就业渠道", "务工形式", "就业方式", "就业类型", "务工方式", "就业类别"],
    WorkPlace = "work_place": ["就业地点", "务工地点", "务工所在地", "就业地", "务工地", "就业所在地", "工作地点"],
    Employer = "employer": ["就业单位", "务工企业名称", "务工单位", "用人单位", "就业企业", "务工企业", "就业单位名称", "工作单位", "务工单位名称"],
    JobTitle = "job_title": ["岗位", "工种", "就业岗位", "工作岗位", "岗位名称", "从事工种", "务工岗位"],
    Wage = "wage": ["月收入", "月工资", "工资", "月平均收入", "月均收入", "月薪", "工资收入", "月平均工资", "务工月收入", "月均工资"],
    Phone = "phone": ["联系电话", "电话", "手机号", "手机号码", "家庭成员联系电话", "本人联系电话", "本人电话", "电话号码", "联系方式", "手机"],
    Remark = "remark": ["备注", "备注说明", "说明"],
}

impl Column {
    pub(super) const COUNT: usize = Self::ALL.len();

    /// The place of the column in tables by column.
    pub(super) const fn index(self) -> usize {
        self as usize
    }

    /// The usual name.
    pub fn usual_name(self) -> &'static str {
        self.names().first().copied().unwrap_or("")
    }

    /// Whether the cell says something about the household.
    pub const fn is_of_household(self) -> bool {
        matches!(
            self,
            Self::RegionCode
                | Self::County
                | Self::Township
                | Self::Village
                | Self::NaturalVillage
                | Self::HouseholdNumber
                | Self::HouseholdType
                | Self::PovertyAttribute
                | Self::MonitorCategory
                | Self::Relocated
                | Self::Site
        )
    }

    /// The column of a header: blanks, marks and what stands in brackets do not matter.
    pub(super) fn of_header(text: &str) -> Option<Self> {
        let name = bare_header(text);
        if name.is_empty() || name.chars().count() > 16 {
            return None;
        }
        Self::ALL
            .iter()
            .copied()
            .find(|column| column.names().contains(&name.as_str()))
    }
}

/// `月收入（元）` → `月收入`, `*姓　名：` → `姓名`, `乡/镇` → `乡镇`.
fn bare_header(text: &str) -> String {
    let mut depth = 0_usize;
    let mut bare = String::new();
    for c in squeeze(text).chars() {
        match c {
            '(' | '[' | '【' | '〔' => depth += 1,
            ')' | ']' | '】' | '〕' => depth = depth.saturating_sub(1),
            '*' | ':' | '/' | '、' | '?' | '_' | '“' | '”' | '.' | '·' | '-' => {}
            c if depth == 0 => bare.push(c),
            _ => {}
        }
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_means_one_column() {
        let mut seen = std::collections::HashMap::new();
        for column in Column::ALL {
            for name in column.names() {
                assert_eq!(seen.insert(name, column), None, "{name}");
                assert_eq!(Column::of_header(name), Some(*column), "{name}");
            }
        }
    }

    #[test]
    fn headers_are_read_as_they_are_typed() {
        for (text, column) in [
            ("县（市）", Some(Column::County)),
            (" 乡\n（镇）", Some(Column::Township)),
            ("*公民身份 号码", Some(Column::IdNumber)),
            ("就业渠道(易地搬迁后扶使用)", Some(Column::WorkForm)),
            ("人编号(人口编号)", Some(Column::PersonNumber)),
            ("致贫原因1", None),
            ("户主姓名", None),
            ("", None),
        ] {
            assert_eq!(Column::of_header(text), column, "{text}");
        }
    }
}
