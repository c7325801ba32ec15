//! Controls after payment: which paid lines are looked at again follows from a seed that was made public beforehand, so that
//! anybody can draw the same sample. Pure.

use sha2::{Digest, Sha256};

use crate::base::secret::{hex, sha256_hex};
use crate::coded_enum;

coded_enum! {
    pub enum ControlFinding: "control_finding" {
        InOrder = "in_order", NotInOrder = "not_in_order", Unreachable = "unreachable",
    }
}

/// The places of the lines that are drawn: those whose SHA-256 of `seed:line` comes first.
pub fn draw(lines: &[String], seed: &str, size: usize) -> Vec<usize> {
    let mut ranked: Vec<(String, usize)> = lines
        .iter()
        .enumerate()
        .map(|(place, line)| (hex(&Sha256::digest(format!("{seed}:{line}").as_bytes())), place))
        .collect();
    ranked.sort_unstable();
    let mut drawn: Vec<usize> = ranked.into_iter().take(size).map(|(_, place)| place).collect();
    drawn.sort_unstable();
    drawn
}

/// The checksum of all lines from which was drawn, in order, one a line: nobody adds or takes away any afterwards.
pub fn frame_checksum(lines: &[String]) -> String {
    let mut sorted: Vec<&str> = lines.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    sha256_hex(sorted.join("\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The sample is as large as asked for and depends on seed and lines alone, not on their order.
        #[test]
        fn anybody_draws_the_same_lines(count in 1_usize..200, size in 0_usize..250, seed in "[a-z0-9]{1,8}") {
            let lines: Vec<String> = (0..count).map(|n| format!("line{n}")).collect();
            let mut turned = lines.clone();
            turned.reverse();
            let named = |lines: &[String]| {
                let mut drawn: Vec<String> = draw(lines, &seed, size).into_iter().map(|at| lines[at].clone()).collect();
                drawn.sort();
                drawn
            };
            prop_assert_eq!(named(&lines).len(), size.min(count));
            prop_assert_eq!(named(&lines), named(&turned));
            prop_assert_eq!(frame_checksum(&lines), frame_checksum(&turned));
        }
    }

    #[test]
    fn the_rule_can_be_followed_by_hand() {
        let lines = ["a", "b", "c"].map(str::to_owned);
        let first = |line: &str| sha256_hex(format!("seed:{line}").as_bytes());
        let mut by_hand: Vec<&str> = vec!["a", "b", "c"];
        by_hand.sort_by_key(|line| first(line));
        let drawn = draw(&lines, "seed", 1);
        assert_eq!(lines[drawn[0]], by_hand[0]);
    }
}
