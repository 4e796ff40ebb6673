//! Bytes into text: UTF-8 with and without a mark, UTF-16, and what spreadsheets in China save by default (GBK).

use encoding_rs::{Encoding, GB18030, GBK, UTF_8};

use super::error::Problem;

/// Text, and the encoding it was in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub(super) text: String,
    /// For people; UTF-8 without a mark needs no word.
    pub(super) encoding: Option<String>,
}

/// Decodes a file. `named` is what the user says it is.
pub(super) fn decode(bytes: &[u8], named: Option<&str>) -> Result<Decoded, Problem> {
    if let Some(name) = named {
        let encoding = Encoding::for_label(name.as_bytes()).ok_or_else(|| Problem::NoSuchEncoding(name.to_owned()))?;
        return strictly(bytes, encoding, encoding.name().to_owned());
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return strictly(&bytes[mark..], encoding, format!("{} (BOM)", encoding.name()));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Decoded {
            text: text.to_owned(),
            encoding: None,
        }),
        Err(error) => other_than_utf8(bytes, error),
    }
}

fn other_than_utf8(bytes: &[u8], error: std::str::Utf8Error) -> Result<Decoded, Problem> {
    // A file in UTF-8 with damage is mostly right; one in another encoding is mostly wrong.
    let (right, wrong) = count_utf8(bytes);
    if right > wrong * 4 {
        return Err(if error.error_len().is_none() {
            Problem::EndsInCharacter {
                encoding: "UTF-8",
                line: line_at(bytes, error.valid_up_to()),
            }
        } else {
            Problem::Damaged {
                encoding: "UTF-8",
                line: line_at(bytes, error.valid_up_to()),
                offset: error.valid_up_to(),
            }
        });
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return strictly(bytes, encoding, encoding.name().to_owned());
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(Some(b"cn"), chardetng::Utf8Detection::Deny);
    if guess == GBK || guess == GB18030 {
        return strictly(bytes, GB18030, GBK.name().to_owned());
    }
    // Very short files are guessed wrongly; what is right GBK and almost all of it common Chinese is that.
    if let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(bytes)
        && text
            .chars()
            .filter(|c| !c.is_ascii())
            .all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c) || is_cjk_mark(c))
    {
        return Ok(Decoded {
            text: text.into_owned(),
            encoding: Some(GBK.name().to_owned()),
        });
    }
    Err(Problem::UnknownEncoding { guess: guess.name() })
}

fn is_cjk_mark(c: char) -> bool {
    ('\u{3000}'..='\u{303f}').contains(&c) || ('\u{ff00}'..='\u{ffef}').contains(&c) || "Ⅰ–—“”‘’·…".contains(c)
}

/// Decodes, and says where it fails rather than putting marks in the place of what is lost.
fn strictly(bytes: &[u8], encoding: &'static Encoding, shown: String) -> Result<Decoded, Problem> {
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        let text = text
            .strip_prefix('\u{feff}')
            .map(str::to_owned)
            .unwrap_or_else(|| text.into_owned());
        let encoding = (encoding != UTF_8 || shown != UTF_8.name()).then_some(shown);
        return Ok(Decoded { text, encoding });
    }
    // Decode once more up to the damage, for the place.
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len() * 3 + 16);
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    let line = u32::try_from(text.matches('\n').count())
        .unwrap_or(u32::MAX)
        .saturating_add(1);
    let at_end = read >= bytes.len();
    debug_assert!(
        !matches!(result, encoding_rs::DecoderResult::InputEmpty),
        "it failed before"
    );
    Err(if at_end {
        Problem::EndsInCharacter {
            encoding: encoding.name(),
            line,
        }
    } else {
        Problem::Damaged {
            encoding: encoding.name(),
            line,
            offset: read,
        }
    })
}

/// UTF-16 is full of zero bytes in every second place where there is ASCII (commas, digits, line breaks).
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4096)];
    let zeros = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if (even + odd) * 8 < sample.len() {
        None
    } else if odd > even {
        Some(encoding_rs::UTF_16LE)
    } else {
        Some(encoding_rs::UTF_16BE)
    }
}

/// How many characters beyond ASCII are right UTF-8, and how many stretches are not.
fn count_utf8(bytes: &[u8]) -> (usize, usize) {
    let mut right = 0;
    let mut wrong = 0;
    for chunk in bytes.utf8_chunks() {
        right += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    (right, wrong)
}

fn line_at(bytes: &[u8], offset: usize) -> u32 {
    let lines = bytes[..offset].iter().filter(|byte| **byte == b'\n').count();
    u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "姓名,电话,单位代码\n张三丰,13800000000,440608\n李四,13900000000,440608004\n";

    fn encoding_of(bytes: &[u8]) -> Option<String> {
        let decoded = decode(bytes, None).unwrap();
        assert_eq!(decoded.text, TEXT);
        decoded.encoding
    }

    #[test]
    fn the_encodings_of_spreadsheets() {
        let utf16 = |big: bool| -> Vec<u8> {
            TEXT.encode_utf16()
                .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect()
        };
        assert_eq!(encoding_of(TEXT.as_bytes()), None);
        assert_eq!(
            encoding_of(&[b"\xef\xbb\xbf", TEXT.as_bytes()].concat()).as_deref(),
            Some("UTF-8 (BOM)")
        );
        assert_eq!(
            encoding_of(&[b"\xff\xfe".as_slice(), &utf16(false)].concat()).as_deref(),
            Some("UTF-16LE (BOM)")
        );
        assert_eq!(
            encoding_of(&[b"\xfe\xff".as_slice(), &utf16(true)].concat()).as_deref(),
            Some("UTF-16BE (BOM)")
        );
        assert_eq!(encoding_of(&utf16(false)).as_deref(), Some("UTF-16LE"));
        assert_eq!(encoding_of(&GBK.encode(TEXT).0).as_deref(), Some("GBK"));
        assert_eq!(
            decode(&GBK.encode("姓名\n张三\n").0, None).unwrap().encoding.as_deref(),
            Some("GBK")
        );
        assert_eq!(decode(&GBK.encode(TEXT).0, Some("gbk")).unwrap().text, TEXT);
    }

    #[test]
    fn damage_is_told_with_its_line() {
        let mut damaged = TEXT.as_bytes().to_vec();
        let place = TEXT.find("李四").unwrap() + 1;
        damaged[place] = b'x';
        assert!(matches!(
            decode(&damaged, None),
            Err(Problem::Damaged {
                encoding: "UTF-8",
                line: 3,
                ..
            })
        ));
        let cut = &TEXT.as_bytes()[..TEXT.find("李四").unwrap() + 4];
        assert!(matches!(
            decode(cut, None),
            Err(Problem::EndsInCharacter {
                encoding: "UTF-8",
                line: 3
            })
        ));
        let gbk = GBK.encode(TEXT).0;
        let place = gbk
            .windows(2)
            .position(|pair| pair == GBK.encode("李").0.as_ref())
            .unwrap();
        assert!(matches!(
            decode(&gbk[..=place], None),
            Err(Problem::EndsInCharacter { line: 3, .. })
        ));
        assert!(matches!(decode(b"a", Some("klingon")), Err(Problem::NoSuchEncoding(_))));
    }
}
