//! The bureaus' labels and the coded values they mean.

use crate::base::codes::{
    self, EmploymentChannel, EmploymentForm, HouseholdType, MonitorCategory, PovertyAttribute, Sex,
};
use crate::base::text::{fold, squeeze};

/// Reads a sex: 男, 女性, F, 1 (GB/T 2261.1: 1 male, 2 female).
pub(super) fn sex_of(text: &str) -> Option<Sex> {
    match squeeze(text).to_lowercase().as_str() {
        "男" | "男性" | "m" | "male" | "1" => Some(Sex::Male),
        "女" | "女性" | "f" | "female" | "2" => Some(Sex::Female),
        _ => None,
    }
}

/// What a label in the column 户类型 says: the type, the attribute, and a monitoring category where it implies one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct HouseholdLabel {
    pub kind: Option<HouseholdType>,
    pub poverty: Option<PovertyAttribute>,
    pub monitor: Option<MonitorCategory>,
}

/// 低保脱贫户 is an exited household with the attribute 低保; 边缘户 an ordinary one that is monitored.
pub(super) fn household_label(text: &str) -> Option<HouseholdLabel> {
    let label = fold(text);
    if let Some(kind) = HouseholdType::from_label(&label) {
        return Some(HouseholdLabel {
            kind: Some(kind),
            ..HouseholdLabel::default()
        });
    }
    if let Some(poverty) = PovertyAttribute::from_label(&label) {
        let kind = Some(HouseholdType::Exited);
        return Some(HouseholdLabel {
            kind,
            poverty: Some(poverty),
            monitor: None,
        });
    }
    let monitor = MonitorCategory::from_label(&label)?;
    let kind = match monitor {
        MonitorCategory::UnstableExited => Some(HouseholdType::Exited),
        MonitorCategory::Marginal => Some(HouseholdType::General),
        // Such a household may be either.
        MonitorCategory::SuddenHardship => None,
    };
    Some(HouseholdLabel {
        kind,
        poverty: None,
        monitor: Some(monitor),
    })
}

/// Labels that say a household is not monitored.
pub(super) fn says_not_monitored(text: &str) -> bool {
    matches!(
        squeeze(text).as_str(),
        "否" | "非监测对象" | "非监测户" | "不是" | "无" | "×"
    )
}

/// Labels that say a person left school or never went.
pub(super) fn says_not_at_school(text: &str) -> bool {
    matches!(
        squeeze(text).as_str(),
        "非在校生" | "非在校" | "否" | "不在校" | "已毕业" | "未在校"
    )
}

/// What a label of the columns 就业形式 or 就业渠道 says of form and channel. A label that names only the channel
/// (县内务工, 省外务工) claims the least that such work can be: casual work, without contract or agreement.
pub fn code_of_work_label(text: &str) -> Option<(EmploymentForm, EmploymentChannel)> {
    use EmploymentChannel as Channel;
    use EmploymentForm as Form;
    let label = squeeze(text);
    let known = match label.as_str() {
        "县内务工" | "就近务工" | "就地务工" | "本地务工" | "县域内务工" | "乡内务工" | "州内务工" => {
            (Form::Casual, Channel::LocalEmployer)
        }
        "省外务工"
        | "省内县外务工"
        | "县外务工"
        | "省内务工"
        | "外出务工"
        | "务工"
        | "劳务输出"
        | "转移就业"
        | "有组织劳务输出" => (Form::Casual, Channel::MigrantWork),
        "灵活就业" | "打零工" | "零工" | "灵活就业(打零工)" => (Form::Casual, Channel::Other),
        "就业扶贫车间" | "就业帮扶车间" | "扶贫车间" | "帮扶车间" | "车间就业" => {
            (Form::Workshop, Channel::Workshop)
        }
        "公益性岗位" | "公益岗位" | "乡村公益性岗位" | "公益性岗位安置" => {
            (Form::WelfarePost, Channel::WelfarePost)
        }
        "自主创业" | "创业" | "个体经营" | "自主创业(个体经营)" => {
            (Form::SelfEmployed, Channel::Startup)
        }
        "以工代赈" => (Form::WorkRelief, Channel::WorkRelief),
        "合作社吸纳" | "龙头企业吸纳" | "合作社就业" => (Form::Casual, Channel::CoopOrLeading),
        "务农" | "在家务农" | "自家务农" | "种养殖" | "家庭种养" => (Form::OwnFarm, Channel::Other),
        _ => return known_by_lists(&label),
    };
    Some(known)
}

fn known_by_lists(label: &str) -> Option<(EmploymentForm, EmploymentChannel)> {
    if let Some(form) = EmploymentForm::from_label(label) {
        let channel = match form {
            EmploymentForm::Workshop | EmploymentForm::WorkshopHome => EmploymentChannel::Workshop,
            EmploymentForm::WelfarePost => EmploymentChannel::WelfarePost,
            EmploymentForm::WorkRelief => EmploymentChannel::WorkRelief,
            EmploymentForm::SelfEmployed => EmploymentChannel::Startup,
            EmploymentForm::Contract
            | EmploymentForm::ServiceAgreement
            | EmploymentForm::Casual
            | EmploymentForm::OwnFarm
            | EmploymentForm::InTraining => EmploymentChannel::Other,
        };
        return Some((form, channel));
    }
    let channel = EmploymentChannel::from_label(label)?;
    let form = match channel {
        EmploymentChannel::WelfarePost => EmploymentForm::WelfarePost,
        EmploymentChannel::Workshop => EmploymentForm::Workshop,
        EmploymentChannel::Startup => EmploymentForm::SelfEmployed,
        EmploymentChannel::WorkRelief => EmploymentForm::WorkRelief,
        EmploymentChannel::MigrantWork
        | EmploymentChannel::Other
        | EmploymentChannel::LocalEmployer
        | EmploymentChannel::CoopOrLeading => EmploymentForm::Casual,
    };
    Some((form, channel))
}

/// The code of a health label; several stand in one cell, in any order.
pub(super) fn health_code(label: &str) -> Option<&'static str> {
    codes::list("health")?.code_of_label(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn household_labels_say_type_attribute_and_category() {
        let read = |text| household_label(text).map(|l| (l.kind, l.poverty, l.monitor));
        let exited = Some(HouseholdType::Exited);
        assert_eq!(read("低保脱贫户"), Some((exited, Some(PovertyAttribute::Dibao), None)));
        assert_eq!(
            read("特困供养脱贫户"),
            Some((exited, Some(PovertyAttribute::Tekun), None))
        );
        assert_eq!(
            read("一般脱贫户"),
            Some((exited, Some(PovertyAttribute::General), None))
        );
        assert_eq!(
            read("边缘户"),
            Some((Some(HouseholdType::General), None, Some(MonitorCategory::Marginal)))
        );
        assert_eq!(read("脱贫户"), Some((exited, None, None)));
        assert_eq!(read("富裕户"), None);
    }

    #[test]
    fn every_code_of_form_and_channel_is_read_by_its_label() {
        for form in EmploymentForm::ALL {
            let label = form.label(codes::Language::Zh);
            assert_eq!(code_of_work_label(label).map(|(f, _)| f), Some(*form), "{label}");
        }
        for channel in EmploymentChannel::ALL {
            let label = channel.label(codes::Language::Zh);
            assert_eq!(code_of_work_label(label).map(|(_, c)| c), Some(*channel), "{label}");
        }
        assert_eq!(code_of_work_label("发呆"), None);
    }
}
