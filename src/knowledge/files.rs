//! The text files of one tree, built in or read from a folder given on the command line.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use include_dir::{Dir, DirEntry};

/// Relative paths, with `/`, and the texts that stand there.
#[derive(Debug, Clone, Default)]
pub struct Files(BTreeMap<String, Cow<'static, str>>);

impl Files {
    /// The built-in copy of a tree.
    pub fn built_in(dir: &Dir<'static>) -> Self {
        let mut files = BTreeMap::new();
        collect(dir, &mut files);
        Self(files)
    }

    /// A folder's files; those that are not UTF-8 text are an error that names the file.
    pub fn of_folder(root: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        walk(root, "", &mut files)?;
        Ok(Self(files))
    }

    /// A tree given as paths and texts, for tests and tools.
    pub fn of(files: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(files.into_iter().map(|(path, text)| (path, text.into())).collect())
    }

    /// One file's text.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(AsRef::as_ref)
    }

    /// The files below a folder, in order of their paths.
    pub fn under<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().filter(move |(p, _)| p.starts_with(folder)).map(|(p, t)| (p.as_str(), t.as_ref()))
    }

    /// Puts a file in place of what stood there.
    pub fn set(&mut self, path: &str, text: impl Into<String>) {
        self.0.insert(path.to_owned(), Cow::Owned(text.into()));
    }
}

fn collect(dir: &Dir<'static>, files: &mut BTreeMap<String, Cow<'static, str>>) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(dir) => collect(dir, files),
            DirEntry::File(file) => {
                if let Some(text) = file.contents_utf8() {
                    files.insert(file.path().to_string_lossy().replace('\\', "/"), text.into());
                }
            }
        }
    }
}

fn walk(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Cow<'static, str>>) -> io::Result<()> {
    let named = |error: io::Error, path: &Path| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    for entry in std::fs::read_dir(folder).map_err(|e| named(e, folder))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = entry.path();
        if path.is_dir() {
            walk(&path, &format!("{prefix}{name}/"), files)?;
        } else {
            let text = std::fs::read_to_string(&path).map_err(|e| named(e, &path))?;
            files.insert(format!("{prefix}{name}"), text.into());
        }
    }
    Ok(())
}
