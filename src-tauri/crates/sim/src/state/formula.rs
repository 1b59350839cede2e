//! Formulas: as far as they have been seen in recordings, read, written back the way the service does, and computed.
//!
//! References to columns (`{{notion:block_property:…}}`), literals, `+ - * / % == != < > <= >= and or not`, calls and methods of
//! [`FUNCTIONS`]. Anything else is no formula here, stays as it was written, and has no value (`unsupported` to readers).

mod dates;

use jiff::Timestamp;
use serde_json::{Value, json};

/// What can be called, as a function or as a method of its first argument.
const FUNCTIONS: [&str; 31] = [
    "format",
    "length",
    "includes",
    "contains",
    "empty",
    "not",
    "and",
    "or",
    "now",
    "today",
    "dateBetween",
    "dateAdd",
    "dateSubtract",
    "minute",
    "hour",
    "date",
    "month",
    "year",
    "timestamp",
    "fromTimestamp",
    "formatDate",
    "toNumber",
    "abs",
    "round",
    "floor",
    "ceil",
    "min",
    "max",
    "lower",
    "upper",
    "concat",
];

/// How deep a formula may be nested.
const DEPTH: usize = 64;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Formula {
    Number(f64),
    Text(String),
    Bool(bool),
    /// A reference to a column, braces and all.
    Column(String),
    Call(String, Vec<Formula>),
    Method(Box<Formula>, String, Vec<Formula>),
    Not(Box<Formula>),
    Negative(Box<Formula>),
    Binary(Box<Formula>, &'static str, Box<Formula>),
}

/// A value while it is computed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Computed {
    /// An empty number counts as nothing.
    Number(Option<f64>),
    Text(String),
    Bool(bool),
    /// As dates are read; null when there is none.
    Date(Value),
    List(Vec<String>),
}

impl Computed {
    /// As a formula's value is read.
    pub fn shown(&self) -> Value {
        match self {
            Self::Number(number) => {
                json!({ "type": "number", "number": super::rollup::as_json(number.unwrap_or(0.0)) })
            }
            Self::Text(text) => json!({ "type": "string", "string": text }),
            Self::Bool(flag) => json!({ "type": "boolean", "boolean": flag }),
            Self::Date(date) => json!({ "type": "date", "date": date }),
            Self::List(items) => json!({ "type": "string", "string": items.join(", ") }),
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number.unwrap_or(0.0)),
            Self::Bool(flag) => Some(f64::from(u8::from(*flag))),
            _ => None,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Number(number) => {
                number.map_or_else(String::new, |number| super::rollup::as_json(number).to_string())
            }
            Self::Text(text) => text.clone(),
            Self::Bool(flag) => flag.to_string(),
            Self::Date(date) => date.get("start").and_then(Value::as_str).unwrap_or_default().to_owned(),
            Self::List(items) => items.join(", "),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Number(number) => number.is_none_or(|number| number == 0.0),
            Self::Text(text) => text.is_empty(),
            Self::Bool(flag) => !flag,
            Self::Date(date) => date.is_null(),
            Self::List(items) => items.is_empty(),
        }
    }
}

/// What a formula looks at.
pub(crate) struct Surroundings<'a> {
    /// The value of a column by its id as it stands in a reference.
    pub column: &'a dyn Fn(&str) -> Option<Computed>,
    pub now: Timestamp,
}

impl Formula {
    /// Reads an expression, if it is one that is known here.
    pub fn read(text: &str) -> Option<Self> {
        let mut reader = Parser { rest: text.trim_start(), depth: 0 };
        let formula = reader.binary(0)?;
        reader.rest.is_empty().then_some(formula)
    }

    /// As the service writes it: operators between spaces, an operation within another in parentheses.
    pub fn written(&self) -> String {
        let inner = |formula: &Self| match formula {
            Self::Binary(..) => format!("({})", formula.written()),
            _ => formula.written(),
        };
        let list = |arguments: &[Self]| arguments.iter().map(Self::written).collect::<Vec<_>>().join(", ");
        match self {
            Self::Number(number) => super::rollup::as_json(*number).to_string(),
            Self::Text(text) => json!(text).to_string(),
            Self::Bool(flag) => flag.to_string(),
            Self::Column(reference) => reference.clone(),
            Self::Call(name, arguments) => format!("{name}({})", list(arguments)),
            Self::Method(receiver, name, arguments) => format!("{}.{name}({})", inner(receiver), list(arguments)),
            Self::Not(formula) => format!("not {}", inner(formula)),
            Self::Negative(formula) => format!("-{}", inner(formula)),
            Self::Binary(left, operator, right) => format!("{} {operator} {}", inner(left), inner(right)),
        }
    }

    /// Its value for a row, if it has one.
    pub fn compute(&self, around: &Surroundings<'_>) -> Option<Computed> {
        match self {
            Self::Number(number) => Some(Computed::Number(Some(*number))),
            Self::Text(text) => Some(Computed::Text(text.clone())),
            Self::Bool(flag) => Some(Computed::Bool(*flag)),
            Self::Column(reference) => (around.column)(reference.split(':').nth(2)?),
            Self::Not(formula) => Some(Computed::Bool(formula.compute(around)?.is_empty())),
            Self::Negative(formula) => Some(Computed::Number(Some(-formula.compute(around)?.number()?))),
            Self::Binary(left, operator, right) => operate(&left.compute(around)?, operator, &right.compute(around)?),
            Self::Method(receiver, name, arguments) => {
                let all: Vec<Self> = std::iter::once(receiver.as_ref()).chain(arguments).cloned().collect();
                call(name, &all, around)
            }
            Self::Call(name, arguments) => call(name, arguments, around),
        }
    }
}

fn operate(left: &Computed, operator: &str, right: &Computed) -> Option<Computed> {
    let numbers = || Some((left.number()?, right.number()?));
    let is = |holds: bool| Some(Computed::Bool(holds));
    match operator {
        "+" => match numbers() {
            Some((left, right)) => Some(Computed::Number(Some(left + right))),
            None => Some(Computed::Text(left.text() + &right.text())),
        },
        "-" => numbers().map(|(left, right)| Computed::Number(Some(left - right))),
        "*" => numbers().map(|(left, right)| Computed::Number(Some(left * right))),
        "/" => numbers().filter(|(_, right)| *right != 0.0).map(|(left, right)| Computed::Number(Some(left / right))),
        "%" => numbers().filter(|(_, right)| *right != 0.0).map(|(left, right)| Computed::Number(Some(left % right))),
        "==" => is(left.text() == right.text()),
        "!=" => is(left.text() != right.text()),
        // Nothing is before or after a date that is not there.
        "<" | ">" | "<=" | ">=" if matches!((left, right), (Computed::Date(_), Computed::Date(_))) => {
            let (Some(left), Some(right)) = (dates::at(left), dates::at(right)) else { return is(false) };
            let order = left.instant().cmp(&right.instant());
            is(match operator {
                "<" => order.is_lt(),
                ">" => order.is_gt(),
                "<=" => order.is_le(),
                _ => order.is_ge(),
            })
        }
        "<" => numbers().and_then(|(left, right)| is(left < right)),
        ">" => numbers().and_then(|(left, right)| is(left > right)),
        "<=" => numbers().and_then(|(left, right)| is(left <= right)),
        ">=" => numbers().and_then(|(left, right)| is(left >= right)),
        "and" => is(!left.is_empty() && !right.is_empty()),
        "or" => is(!left.is_empty() || !right.is_empty()),
        _ => None,
    }
}

fn call(name: &str, arguments: &[Formula], around: &Surroundings<'_>) -> Option<Computed> {
    if let ("if", [condition, then, otherwise]) = (name, arguments) {
        let holds = !condition.compute(around)?.is_empty();
        return if holds { then.compute(around) } else { otherwise.compute(around) };
    }
    let values = arguments.iter().map(|argument| argument.compute(around)).collect::<Option<Vec<_>>>()?;
    match (name, values.as_slice()) {
        ("format", [value]) => Some(Computed::Text(value.text())),
        ("length", [Computed::List(items)]) => Some(Computed::Number(Some(items.len() as f64))),
        ("length", [value]) => Some(Computed::Number(Some(value.text().encode_utf16().count() as f64))),
        ("includes", [Computed::List(items), item]) => Some(Computed::Bool(items.contains(&item.text()))),
        ("includes" | "contains", [value, part]) => Some(Computed::Bool(value.text().contains(&part.text()))),
        ("empty", [value]) => Some(Computed::Bool(value.is_empty())),
        ("not", [value]) => Some(Computed::Bool(value.is_empty())),
        ("abs", [value]) => Some(Computed::Number(Some(value.number()?.abs()))),
        ("round", [value]) => Some(Computed::Number(Some(value.number()?.round()))),
        ("lower", [value]) => Some(Computed::Text(value.text().to_lowercase())),
        ("upper", [value]) => Some(Computed::Text(value.text().to_uppercase())),
        ("and", values) => Some(Computed::Bool(values.iter().all(|value| !value.is_empty()))),
        ("or", values) => Some(Computed::Bool(values.iter().any(|value| !value.is_empty()))),
        ("floor", [value]) => Some(Computed::Number(Some(value.number()?.floor()))),
        ("ceil", [value]) => Some(Computed::Number(Some(value.number()?.ceil()))),
        ("min", values) => numbers(values)?.into_iter().reduce(f64::min).map(|least| Computed::Number(Some(least))),
        ("max", values) => numbers(values)?.into_iter().reduce(f64::max).map(|most| Computed::Number(Some(most))),
        ("concat", values) => Some(Computed::Text(values.iter().map(Computed::text).collect())),
        ("toNumber", [Computed::Text(text)]) => Some(Computed::Number(text.trim().parse().ok())),
        ("toNumber", [value]) => Some(Computed::Number(value.number())),
        _ => dates::call(name, &values, around.now),
    }
}

fn numbers(values: &[Computed]) -> Option<Vec<f64>> {
    values.iter().map(Computed::number).collect()
}

/// Operators by how closely they bind, the loosest first.
const LEVELS: [&[&str]; 5] = [&["or"], &["and"], &["==", "!=", "<=", ">=", "<", ">"], &["+", "-"], &["*", "/", "%"]];

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
}

impl Parser<'_> {
    /// Takes a sign, and the space after it.
    fn takes(&mut self, sign: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(sign) else { return false };
        let is_word = sign.chars().all(char::is_alphabetic);
        if is_word && rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            return false;
        }
        self.rest = rest.trim_start();
        true
    }

    fn binary(&mut self, level: usize) -> Option<Formula> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        loop {
            let Some(operator) = operators.iter().copied().find(|operator| self.takes(operator)) else {
                return Some(left);
            };
            let right = self.binary(level + 1)?;
            left = Formula::Binary(Box::new(left), operator, Box::new(right));
        }
    }

    fn unary(&mut self) -> Option<Formula> {
        self.depth += 1;
        let found = if self.depth > DEPTH {
            None
        } else if self.takes("not") {
            self.unary().map(|inner| Formula::Not(Box::new(inner)))
        } else if self.takes("-") {
            self.unary().map(|inner| Formula::Negative(Box::new(inner)))
        } else {
            self.primary()
        };
        self.depth -= 1;
        found
    }

    fn primary(&mut self) -> Option<Formula> {
        let mut formula = self.atom()?;
        while self.takes(".") {
            let name = self.name()?;
            let arguments = self.arguments(&name)?;
            formula = Formula::Method(Box::new(formula), name, arguments);
        }
        Some(formula)
    }

    fn atom(&mut self) -> Option<Formula> {
        if self.takes("(") {
            let inner = self.binary(0)?;
            return self.takes(")").then_some(inner);
        }
        if let Some(after) = self.rest.strip_prefix("{{") {
            let (reference, rest) = after.split_once("}}")?;
            self.rest = rest.trim_start();
            return reference
                .starts_with("notion:block_property:")
                .then(|| Formula::Column(format!("{{{{{reference}}}}}")));
        }
        if self.rest.starts_with('"') {
            let mut values = serde_json::Deserializer::from_str(self.rest).into_iter::<String>();
            let text = values.next()?.ok()?;
            let end = values.byte_offset();
            self.rest = self.rest.get(end..)?.trim_start();
            return Some(Formula::Text(text));
        }
        if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            let end = self.rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(self.rest.len());
            let (number, rest) = self.rest.split_at(end);
            self.rest = rest.trim_start();
            return number.parse().ok().map(Formula::Number);
        }
        let name = self.name()?;
        match name.as_str() {
            "true" => Some(Formula::Bool(true)),
            "false" => Some(Formula::Bool(false)),
            _ => self.arguments(&name).map(|arguments| Formula::Call(name, arguments)),
        }
    }

    fn name(&mut self) -> Option<String> {
        let end = self.rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        (!name.is_empty()).then(|| name.to_owned())
    }

    fn arguments(&mut self, name: &str) -> Option<Vec<Formula>> {
        if !(name == "if" || FUNCTIONS.contains(&name)) || !self.takes("(") {
            return None;
        }
        let mut arguments = Vec::new();
        while !self.takes(")") {
            if !arguments.is_empty() && !self.takes(",") {
                return None;
            }
            arguments.push(self.binary(0)?);
        }
        Some(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(expression: &str) -> Option<Value> {
        let column = |id: &str| match id {
            "num" => Some(Computed::Number(Some(42.0))),
            "none" => Some(Computed::Number(None)),
            "tags" => Some(Computed::List(vec!["Done".into(), "Late".into()])),
            "date" => Some(Computed::Date(json!({ "start": "2020-06-29", "end": null, "time_zone": null }))),
            _ => None,
        };
        let now = "2026-06-28T12:34:56Z".parse().unwrap();
        let expression = expression.replace('[', "{{notion:block_property:").replace(']', ":source:workspace}}");
        Some(Formula::read(&expression)?.compute(&Surroundings { column: &column, now })?.shown())
    }

    #[test]
    fn formulas_of_the_recordings_have_their_values() {
        assert_eq!(value("[num] * 2"), Some(json!({ "type": "number", "number": 84 })));
        assert_eq!(value("[none] * 2"), Some(json!({ "type": "number", "number": 0 })));
        assert_eq!(value("[tags].includes(\"Done\")"), Some(json!({ "type": "boolean", "boolean": true })));
        assert_eq!(value("[tags].length()"), Some(json!({ "type": "number", "number": 2 })));
        assert_eq!(value("format([num])"), Some(json!({ "type": "string", "string": "42" })));
        assert_eq!(
            value("if([num] == 42, \"✅\", if(empty([date]), \"\", \"🕘\"))"),
            Some(json!({ "type": "string", "string": "✅" }))
        );
        assert_eq!(value("now()").unwrap()["date"]["start"], "2026-06-28T12:34:00.000+00:00");
        let day = json!({ "type": "date", "date": { "start": "2020-06-29", "end": null, "time_zone": null } });
        assert_eq!(value("dateSubtract([date], hour([date]), \"hours\")"), Some(day));
        assert_eq!(value("dateAdd([date], 1, \"months\")").unwrap()["date"]["start"], "2020-07-29");
        assert_eq!(
            value("dateSubtract(now(), minute(now()), \"minutes\")").unwrap()["date"]["start"],
            "2026-06-28T12:00:00.000+00:00"
        );
        assert_eq!(value("if(or([date] >= now(), empty([none])), \"a\", \"b\")").unwrap()["string"], "a");
        assert_eq!(value("now() > [date]").unwrap()["boolean"], true);
        assert_eq!(value("empty(fromTimestamp(toNumber(\"\")))").unwrap()["boolean"], true);
        assert_eq!(
            value("formatDate([date], \"YWD\") + format(floor(abs(-15 / 7))) + \"w\"").unwrap()["string"],
            "202027292w"
        );
        assert_eq!(
            value("50000 - dateBetween([date], now(), \"years\") * 1000"),
            Some(json!({ "type": "number", "number": 55000 }))
        );
    }

    #[test]
    fn the_service_puts_parentheses_around_what_binds_closer() {
        let written = |text: &str| Formula::read(text).map(|formula| formula.written());
        assert_eq!(
            written("50000 + dateBetween({{notion:block_property:a:b:c}}, now(), \"years\")*1000").as_deref(),
            Some("50000 + (dateBetween({{notion:block_property:a:b:c}}, now(), \"years\") * 1000)")
        );
        assert_eq!(written("1 +"), None);
        assert_eq!(written("lets(a, 1, a)"), None);
        assert_eq!(written(&"(".repeat(10_000)), None);
    }

    #[test]
    fn what_is_unknown_has_no_value() {
        assert_eq!(value("[nothing]"), None);
        assert_eq!(value("[num] / 0"), None);
        assert_eq!(value("=[num]* 2"), None);
    }
}
