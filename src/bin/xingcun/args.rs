//! Commands declared as data, and the parser that reads the declaration.

use std::path::PathBuf;

use super::outcome::{Failure, Outcome};

/// One command.
#[derive(Debug)]
pub struct Command {
    /// Its name.
    pub name: &'static str,
    /// What it does, in one line.
    pub about: &'static str,
    /// What it takes without a name.
    pub input: Input,
    /// What it takes by name.
    pub options: &'static [Opt],
    /// More to know, for `--help`.
    pub notes: &'static str,
    /// Does it.
    pub run: fn(&Args) -> Result<Outcome, Failure>,
}

/// What a command takes without a name.
#[derive(Debug, Clone, Copy)]
pub enum Input {
    /// One file, shown as this word.
    One(&'static str),
    /// One or more files.
    Many(&'static str),
    /// One file, and then one or more words.
    Then(&'static str, &'static str),
}

/// An option.
#[derive(Debug)]
pub struct Opt {
    /// `--into`
    pub name: &'static str,
    /// The word that stands for its value; none for a switch.
    pub value: Option<&'static str>,
    /// How often it is given.
    pub times: Times,
    /// What it means.
    pub about: &'static str,
}

/// How often an option is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// Exactly once.
    Once,
    /// Once or never.
    Maybe,
    /// As often as one likes.
    Any,
}

/// A command line that was understood.
#[derive(Debug, Default)]
pub struct Args {
    inputs: Vec<String>,
    options: Vec<(&'static str, String)>,
}

impl Opt {
    /// An option with a value.
    pub const fn value(name: &'static str, value: &'static str, times: Times, about: &'static str) -> Self {
        Self { name, value: Some(value), times, about }
    }

    /// An option without a value.
    pub const fn switch(name: &'static str, about: &'static str) -> Self {
        Self { name, value: None, times: Times::Maybe, about }
    }

    fn shown(&self) -> String {
        self.value.map_or_else(|| self.name.to_owned(), |v| format!("{} {v}", self.name))
    }
}

impl Args {
    /// The inputs, in order.
    pub fn inputs(&self) -> impl Iterator<Item = PathBuf> {
        self.inputs.iter().map(PathBuf::from)
    }

    /// The first input.
    pub fn input(&self) -> PathBuf {
        self.inputs().next().unwrap_or_default()
    }

    /// What stands after the first input, as it was written.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.inputs.iter().skip(1).map(String::as_str)
    }

    /// The value of an option.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str())
    }

    /// The value of an option that the parser has made sure of.
    pub fn required(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// Whether a switch is given.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// All values of an option that may be given several times.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.options.iter().filter(|(n, _)| *n == name).map(|(_, v)| v.clone()).collect()
    }
}

impl Command {
    /// Reads the words after the command's name.
    pub fn parse(&self, words: &[String]) -> Result<Args, Failure> {
        let mut args = Args::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if word == "--" {
                args.inputs.extend(words.by_ref().cloned());
            } else if word.starts_with("--") {
                let (name, attached) =
                    word.split_once('=').map_or((word.as_str(), None), |(n, v)| (n, Some(v.to_owned())));
                let option = self.option(name)?;
                let value = match (option.value, attached) {
                    (None, None) => String::new(),
                    (None, Some(_)) => return Err(self.wrong(format!("选项 {name} 不带值"))),
                    (Some(_), Some(value)) => value,
                    (Some(shown), None) => words
                        .next()
                        .cloned()
                        .ok_or_else(|| self.wrong(format!("选项 {name} 后面缺 {shown}")))?,
                };
                if option.times != Times::Any && args.has(name) {
                    return Err(self.wrong(format!("选项 {name} 只能给一次")));
                }
                args.options.push((option.name, value));
            } else if word.starts_with('-') && word.len() > 1 {
                return Err(self.wrong(format!("没有选项“{word}”")));
            } else {
                args.inputs.push(word.clone());
            }
        }
        self.complete(args)
    }

    fn option(&self, name: &str) -> Result<&'static Opt, Failure> {
        self.options.iter().find(|o| o.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.options.iter().map(|o| o.name).collect();
            let known = if known.is_empty() { "没有选项".to_owned() } else { known.join("、") };
            self.wrong(format!("没有选项“{name}”，可用：{known}"))
        })
    }

    fn complete(&self, args: Args) -> Result<Args, Failure> {
        let (Input::One(shown) | Input::Many(shown) | Input::Then(shown, _)) = self.input;
        match (self.input, args.inputs.as_slice()) {
            (_, []) => return Err(self.wrong(format!("缺 {shown}"))),
            (Input::One(_), [_, more, ..]) => {
                return Err(self.wrong(format!("多了“{more}”，只要一个 {shown}")));
            }
            (Input::Then(_, words), [_]) => return Err(self.wrong(format!("缺 {words}"))),
            _ => {}
        }
        match self.options.iter().find(|o| o.times == Times::Once && !args.has(o.name)) {
            Some(missing) => Err(self.wrong(format!("缺选项 {}", missing.shown()))),
            None => Ok(args),
        }
    }

    fn wrong(&self, what: String) -> Failure {
        Failure::usage(format!("{}：{what}", self.name))
    }

    fn usage(&self) -> String {
        let input = match self.input {
            Input::One(shown) => shown.to_owned(),
            Input::Many(shown) => format!("{shown} …"),
            Input::Then(shown, words) => format!("{shown} {words} …"),
        };
        let mut line = format!("xingcun {} {input}", self.name);
        for option in self.options {
            line += &match option.times {
                Times::Once => format!(" {}", option.shown()),
                Times::Maybe => format!(" [{}]", option.shown()),
                Times::Any => format!(" [{}]…", option.shown()),
            };
        }
        line
    }

    /// `xingcun COMMAND --help`
    pub fn help(&self) -> String {
        let mut text = format!("{}\n\n用法：{}\n", self.about, self.usage());
        if !self.options.is_empty() {
            text += "\n选项：\n";
        }
        for option in self.options {
            text += &format!("  {}\n      {}\n", option.shown(), option.about);
        }
        if !self.notes.is_empty() {
            text += &format!("\n{}\n", self.notes);
        }
        text
    }
}

/// `xingcun --help`
pub fn overview(commands: &[Command]) -> String {
    let mut text = "兴村命令行：不开浏览器也能导入、查询、核对台账\n\n用法：\n".to_owned();
    for command in commands {
        text += &format!("  {}\n      {}\n", command.usage(), command.about);
    }
    text + "\n结果写到标准输出（JSON、JSON Lines 或 CSV，UTF-8），提示写到标准错误。\n\
        退出码：0 完成；1 完成但有需要人看的发现，或因此没有写入；2 输入有误，什么都没写入。\n\
        条件 --where：字段=值、字段!=值、字段>=值、字段<=值、字段>值、字段<值、字段~文字；可给多次，须同时满足。\n\
        \n环境变量（供可重复的测试使用）：\n\
        \x20 XINGCUN_NOW   当作现在的时刻，如 2026-11-22T03:00:00Z 或 1970 年以来的毫秒数\n\
        \x20 XINGCUN_SEED  随机数种子（整数）：同样的种子、时刻和文件得到逐字节相同的台账\n"
}
