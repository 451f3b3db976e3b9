//! One line of a log as an operation.
//!
//! Duty: reads `{"register":…,"row":…,"set":{…}}` straight from its bytes. serde could do it with a flattened field,
//! but that keeps every line in a buffer first and compiles the reading of values twice. Inputs: serde's map of a
//! line. Outputs: an [`Operation`]; an error for what this version does not know. Neighbours: `log` reads lines.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, IntoDeserializer as _,
    MapAccess, VariantAccess, Visitor,
};

use super::{Change, Operation};
use crate::value::{RowId, Text};

/// The names of the changes, as they stand in a line.
const CHANGES: [&str; 5] = ["set", "move", "delete", "restore", "join"];

/// An operation that this version understands.
pub(super) struct Known(pub Operation);

impl<'de> Deserialize<'de> for Known {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_map(Line)
    }
}

struct Line;

impl<'de> Visitor<'de> for Line {
    type Value = Known;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an operation")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Known, A::Error> {
        let (mut register, mut row, mut change) = (None::<Text>, None::<RowId>, None::<Change>);
        while let Some(key) = map.next_key::<Text>()? {
            match CHANGES.iter().find(|name| ***name == *key) {
                Some(name) if change.is_none() => {
                    change = Some(Change::deserialize(Named { name, map: &mut map })?)
                }
                None if &*key == "register" => once(&mut register, map.next_value()?)?,
                None if &*key == "row" => once(&mut row, map.next_value()?)?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        match (register, row, change) {
            (Some(register), Some(row), Some(change)) => Ok(Known(Operation { register, row, change })),
            _ => Err(A::Error::custom("not an operation of this version")),
        }
    }
}

fn once<T, E: Error>(slot: &mut Option<T>, value: T) -> Result<(), E> {
    if slot.replace(value).is_some() { Err(E::custom("said twice")) } else { Ok(()) }
}

/// The entry of a map that says what changed, given to serde as the enumeration that it is.
struct Named<'a, A> {
    name: &'static str,
    map: &'a mut A,
}

impl<'de, A: MapAccess<'de>> Deserializer<'de> for Named<'_, A> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_enum(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for Named<'_, A> {
    type Error = A::Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), A::Error> {
        let name: StrDeserializer<'_, A::Error> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for Named<'_, A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.map.next_value()
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, A::Error> {
        self.map.next_value_seed(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(Content { tuple: Some(len), visitor })
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(Content { tuple: None, visitor })
    }
}

/// What stands behind the name of a change.
struct Content<V> {
    tuple: Option<usize>,
    visitor: V,
}

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Content<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<V::Value, D::Error> {
        match self.tuple {
            Some(len) => d.deserialize_tuple(len, self.visitor),
            None => d.deserialize_map(self.visitor),
        }
    }
}
