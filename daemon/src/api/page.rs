//! Paging of lists.

use baiying_proto::v1;
use tonic::Status;

use super::refusal::invalid;

const DEFAULT: usize = 100;
const MAX: usize = 1000;

/// Where a page starts and how long it is. The token is the key of the last item shown; it stays good when things are added.
pub(super) struct Page {
    pub(super) size: usize,
    pub(super) after: String,
}

impl Page {
    pub(super) fn of(request: Option<v1::PageRequest>) -> Self {
        let v1::PageRequest { page_size, page_token } = request.unwrap_or_default();
        let size = match page_size as usize {
            0 => DEFAULT,
            size => size.min(MAX),
        };
        Self {
            size,
            after: page_token,
        }
    }

    /// The number after which the page starts, for lists by number.
    pub(super) fn after_number(&self) -> Result<u32, Status> {
        if self.after.is_empty() {
            return Ok(0);
        }
        self.after.parse().map_err(|_| {
            invalid(
                "page.page_token",
                "page_token does not come from an answer of this list",
            )
        })
    }

    /// Takes a page of items with their keys, and the token of the next one.
    pub(super) fn take<T, K: ToString>(&self, items: impl Iterator<Item = (K, T)>) -> (Vec<T>, String) {
        let mut page = Vec::with_capacity(self.size.min(256));
        let mut last = String::new();
        let mut items = items.peekable();
        while page.len() < self.size {
            let Some((key, item)) = items.next() else {
                return (page, String::new());
            };
            if page.len() + 1 == self.size {
                last = key.to_string();
            }
            page.push(item);
        }
        let token = if items.peek().is_some() { last } else { String::new() };
        (page, token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_join_to_the_list() {
        for (length, size) in [(0, 3), (2, 3), (3, 3), (7, 3), (9, 3)] {
            let mut page = Page {
                size,
                after: String::new(),
            };
            let mut all = Vec::new();
            loop {
                let after = page.after_number().expect("a token of ours");
                let (items, token) = page.take((1..=length).filter(|n| *n > after).map(|n| (n, n)));
                assert!(items.len() <= size);
                all.extend(items);
                if token.is_empty() {
                    break;
                }
                page.after = token;
            }
            assert_eq!(all, (1..=length).collect::<Vec<u32>>());
        }
    }
}
