//! How large a file may be. A county's whole registry (400,000 rows of 120 columns) is split by county or township and
//! stays well below; what is above is a mistake or an attack.

/// The limits of one reading.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The file as it was sent.
    pub file_bytes: u64,
    /// All parts of a workbook, or a text table, unpacked.
    pub unpacked_bytes: u64,
    /// The shared texts and styles of a workbook, unpacked: the only parts that are held in memory.
    pub held_bytes: u64,
    /// Above this many unpacked bytes, more than `ratio` unpacked bytes to a packed one are refused.
    pub ratio_from_bytes: u64,
    pub ratio: u64,
    /// The longest run without a tag in a sheet, or the longest text cell; a workbook allows 32,767 characters.
    pub cell_bytes: usize,
    /// Columns beyond this one are not read.
    pub columns: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 128 << 20,
            unpacked_bytes: 2 << 30,
            held_bytes: 160 << 20,
            ratio_from_bytes: 64 << 20,
            ratio: 200,
            cell_bytes: 1 << 20,
            columns: 512,
        }
    }
}
