//! The closed vocabularies of the field: systems, phases, events and the rest.
//!
//! Every term has one `code`, used in knowledge files, on the command line and in JSON. The identifiers are those of
//! the glossary; adding a term makes the compiler list every place that must decide about it.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A closed vocabulary whose members are written as codes in files and on the command line.
pub trait Term: Copy + Eq + 'static {
    /// What one member is called in a message to an author, such as `system`.
    const KIND: &'static str;
    /// All members, in their natural order.
    const ALL: &'static [Self];
    /// The code, such as `central`.
    fn code(self) -> &'static str;

    /// The member with this code.
    fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|t| t.code() == code)
    }

    /// All codes, for a message that lists what is allowed.
    fn codes() -> String {
        let codes: Vec<_> = Self::ALL.iter().map(|t| t.code()).collect();
        codes.join(", ")
    }
}

/// Reads a code.
struct Code<T>(PhantomData<T>);

impl<T: Term> Visitor<'_> for Code<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {}: {}", T::KIND, T::codes())
    }

    fn visit_str<E: de::Error>(self, code: &str) -> Result<T, E> {
        T::parse(code).ok_or_else(|| E::invalid_value(Unexpected::Str(code), &self))
    }
}

macro_rules! terms {
    ($(#[$doc:meta])* $name:ident $kind:literal { $($(#[$vdoc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl Term for $name {
            const KIND: &'static str = $kind;
            const ALL: &'static [Self] = &[$(Self::$variant,)+];
            fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }

        /// By its code.
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Code(PhantomData))
            }
        }
    };
}

terms! {
    /// One of the four systems that hold memberships.
    System "system" {
        /// The national 智慧团建, and with it the five system committees.
        Central = "central",
        /// 广东“智慧团建”.
        Guangdong = "guangdong",
        /// 福建“智慧团建”.
        Fujian = "fujian",
        /// 北京共青团线上系统.
        Beijing = "beijing",
    }
}

terms! {
    /// A system committee (系统团委): under `central` wherever the unit stands.
    Committee "committee" {
        /// 全国铁道.
        Railway = "railway",
        /// 全国民航.
        Aviation = "aviation",
        /// 中央和国家机关.
        StateOrgans = "state_organs",
        /// 中央金融.
        Finance = "finance",
        /// 中央企业.
        Soe = "soe",
    }
}

terms! {
    /// Which part of a transfer a step of a system belongs to.
    Leg "leg" {
        /// Leaving the system for another one.
        Leave = "leave",
        /// Arriving in the system from another one.
        Arrive = "arrive",
        /// Moving inside the system.
        Within = "within",
    }
}

terms! {
    /// The order of a transfer; steps are sorted by it.
    Phase "phase" {
        /// Before anything is submitted.
        Prepare = "prepare",
        /// Filling in and submitting in the origin system.
        Submit = "submit",
        /// The origin's reviews.
        OriginReview = "origin_review",
        /// Reporting or registering in the destination system.
        Report = "report",
        /// The destination's reviews.
        DestinationReview = "destination_review",
        /// The result sent back between the systems.
        Feedback = "feedback",
    }
}

terms! {
    /// Who acts in a step.
    Actor "actor" {
        /// The member.
        Member = "member",
        /// 转出团支部.
        OriginBranch = "origin_branch",
        /// 转出团支部的直属上级.
        OriginSuperior = "origin_superior",
        /// 转入团支部.
        DestinationBranch = "destination_branch",
        /// 转入团支部的直接上级.
        DestinationSuperior = "destination_superior",
        /// The software.
        System = "system",
    }
}

terms! {
    /// Whose time a deadline limits.
    Duty "duty" {
        /// The member's.
        Member = "member",
        /// The system's own, such as sending a result back.
        System = "system",
        /// An organization's.
        Organization = "organization",
    }
}

terms! {
    /// What can happen to a transfer.
    Event "event" {
        /// 发起成功: handed in in the origin system.
        Submitted = "submitted",
        /// The last approval of the origin's side.
        OriginApproved = "origin_approved",
        /// Reported or registered in the destination system.
        Reported = "reported",
        /// The last approval of the destination's side.
        DestinationApproved = "destination_approved",
        /// The whole transfer is done.
        Completed = "completed",
        /// Sent back by a reviewer.
        Returned = "returned",
        /// Taken back by the person who began it.
        Withdrawn = "withdrawn",
    }
}

terms! {
    /// For whom a plan is read.
    Role "role" {
        /// The member who moves.
        Member = "member",
        /// The secretary of the branch that is left.
        OriginBranch = "origin_branch",
        /// The secretary of the branch that receives.
        DestinationBranch = "destination_branch",
    }
}

terms! {
    /// How well a statement is known.
    Level "level" {
        /// A cited source says so.
        Documented = "documented",
        /// Concluded from what is cited.
        Inferred = "inferred",
        /// Sources disagree; the statement gives the safe advice.
        Conflict = "conflict",
        /// No public source; the statement says whom to ask.
        Unknown = "unknown",
    }
}

terms! {
    /// A special situation that changes a plan.
    CaseId "case" {
        /// 参军入伍.
        Enlistment = "enlistment",
        /// 涉密单位.
        ClassifiedUnit = "classified_unit",
        /// 出国（境）留学.
        OverseasStudy = "overseas_study",
        /// 因公出国（境）.
        OverseasOfficial = "overseas_official",
        /// 因私出国（境）.
        OverseasPrivate = "overseas_private",
        /// 升学.
        FurtherStudy = "further_study",
        /// 已就业，单位有团组织.
        Employment = "employment",
        /// 已就业，单位没有团组织.
        EmployedNoOrg = "employed_no_org",
        /// 未就业、未升学.
        Unemployed = "unemployed",
        /// 延迟毕业.
        DelayedGraduation = "delayed_graduation",
    }
}

terms! {
    /// What a case does to the route.
    Effect "effect" {
        /// The route's steps stay and the case adds to them.
        Keeps = "keeps",
        /// A special destination takes the place of the route's.
        Replaces = "replaces",
        /// The membership stays where it is.
        Stays = "stays",
    }
}

terms! {
    /// What a note under a step is for.
    NoteKind "note kind" {
        /// To have ready.
        Prepare = "prepare",
        /// What goes wrong.
        Pitfall = "pitfall",
        /// Not shown in a plan; found by search.
        Detail = "detail",
    }
}

terms! {
    /// How much a source counts where sources disagree.
    Rank "rank" {
        /// The two official guides; they come first.
        Seed = "seed",
        /// A league organization, university or government speaking for itself.
        Official = "official",
        /// A reprint of such a text.
        Mirror = "mirror",
        /// The screens of a system at one date.
        Ui = "ui",
        /// Cited only to say that a claim is not to be trusted.
        Low = "low",
        /// This project speaking of itself.
        Own = "own",
    }
}

impl Actor {
    /// The name that a member reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Member => "你",
            Self::OriginBranch => "转出团支部",
            Self::OriginSuperior => "转出方上级",
            Self::DestinationBranch => "转入团支部",
            Self::DestinationSuperior => "转入方上级",
            Self::System => "系统",
        }
    }
}

impl CaseId {
    /// Is it a situation that few are in? Going on studying and working are what nearly everybody does.
    pub fn is_rare(self) -> bool {
        !matches!(self, Self::FurtherStudy | Self::Employment | Self::EmployedNoOrg | Self::Unemployed)
    }
}

impl Event {
    /// The name that a member reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Submitted => "发起成功",
            Self::OriginApproved => "转出方审核通过",
            Self::Reported => "已报到（注册）",
            Self::DestinationApproved => "转入方审核通过",
            Self::Completed => "转接完成",
            Self::Returned => "被退回",
            Self::Withdrawn => "已撤回",
        }
    }
}
