//! The bytes of a file, page by page; pages of zeros take no room, copies share theirs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;

/// Bytes of a page.
pub const PAGE: usize = 4096;

/// A file's bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pages {
    len: u64,
    pages: BTreeMap<u64, Arc<[u8; PAGE]>>,
}

impl Pages {
    /// Of a file.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn read(path: &Path) -> std::io::Result<Self> {
        let mut bytes = Vec::new();
        File::open(path)?.read_to_end(&mut bytes)?;
        let mut pages = Self::default();
        pages.write(0, &bytes);
        Ok(pages)
    }

    /// Length.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// There are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Writes over what is there, and longer if need be.
    pub fn write(&mut self, at: u64, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        self.len = self.len.max(at + bytes.len() as u64);
        let mut done = 0;
        while done < bytes.len() {
            let position = at + done as u64;
            let (number, offset) = (position / PAGE as u64, (position % PAGE as u64) as usize);
            let part = (PAGE - offset).min(bytes.len() - done);
            let source = &bytes[done..done + part];
            if self.pages.contains_key(&number) || source.iter().any(|byte| *byte != 0) {
                let page = self.pages.entry(number).or_insert_with(|| Arc::new([0; PAGE]));
                Arc::make_mut(page)[offset..offset + part].copy_from_slice(source);
            }
            done += part;
        }
    }

    /// Zeros in a range, within the length.
    pub fn zero(&mut self, at: u64, len: u64) {
        let end = at.saturating_add(len).min(self.len);
        if at >= end {
            return;
        }
        let first = at / PAGE as u64;
        let touched: Vec<u64> = self.pages.range(first..).map(|(number, _)| *number).collect();
        for number in touched {
            let start = number * PAGE as u64;
            if start >= end {
                break;
            }
            let from = at.max(start) - start;
            let to = end.min(start + PAGE as u64) - start;
            if let Some(page) = self.pages.get_mut(&number) {
                Arc::make_mut(page)[from as usize..to as usize].fill(0);
            }
        }
    }

    /// Cuts it, or lengthens it with zeros.
    pub fn set_len(&mut self, len: u64) {
        if len < self.len {
            self.zero(len, self.len - len);
            let kept = len.div_ceil(PAGE as u64);
            self.pages.split_off(&kept);
        }
        self.len = len;
    }

    /// Where this one is shorter, takes the rest from another.
    pub fn lengthen_from(&mut self, other: &Self) {
        let from = self.len;
        for (number, page) in other.pages.range(from / PAGE as u64..) {
            let start = number * PAGE as u64;
            let skip = from.saturating_sub(start).min(PAGE as u64) as usize;
            let end = (other.len - start).min(PAGE as u64) as usize;
            if skip < end {
                self.write(start + skip as u64, &page[skip..end]);
            }
        }
        self.len = self.len.max(other.len);
    }

    /// All bytes; for small files.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0; self.len as usize];
        for (number, page) in &self.pages {
            let start = (*number as usize) * PAGE;
            let end = (start + PAGE).min(bytes.len());
            if start < end {
                bytes[start..end].copy_from_slice(&page[..end - start]);
            }
        }
        bytes
    }

    /// Makes a file of it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn save(&self, path: &Path) -> std::io::Result<()> {
        let file = File::create(path)?;
        file.set_len(self.len)?;
        for (number, page) in &self.pages {
            let start = number * PAGE as u64;
            let end = self.len.saturating_sub(start).min(PAGE as u64) as usize;
            file.write_all_at(&page[..end], start)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_a_file() {
        let mut pages = Pages::default();
        let mut plain: Vec<u8> = Vec::new();
        let mut random = 1_u64;
        for _ in 0..2_000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let (at, len) = ((random >> 20) % 20_000, (random >> 40) % 6_000);
            match random >> 62 {
                0 => {
                    pages.set_len(at);
                    plain.resize(at as usize, 0);
                }
                1 => {
                    pages.zero(at, len);
                    let end = ((at + len) as usize).min(plain.len());
                    plain.iter_mut().take(end).skip(at as usize).for_each(|byte| *byte = 0);
                }
                _ => {
                    let bytes = vec![(random >> 8) as u8; len as usize];
                    pages.write(at, &bytes);
                    if len > 0 {
                        plain.resize(plain.len().max((at + len) as usize), 0);
                        plain[at as usize..(at + len) as usize].copy_from_slice(&bytes);
                    }
                }
            }
            assert_eq!(pages.len(), plain.len() as u64);
        }
        assert!(pages.bytes() == plain);
        let mut short = pages.clone();
        short.set_len(5_000);
        short.lengthen_from(&pages);
        assert!(short.bytes() == plain);
    }
}
