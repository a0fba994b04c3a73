//! Values on their way into a database. A value always has a type, also when it is null.

use std::borrow::Cow;

use crate::StorageError;

/// A value on its way into a column or a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A whole number; counts without a sign are kept as the same 64 bits.
    Integer(Option<i64>),
    /// A text.
    Text(Option<Cow<'a, str>>),
    /// Bytes.
    Blob(Option<Cow<'a, [u8]>>),
}

impl Value<'_> {
    /// The same value, held by itself.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Integer(number) => Value::Integer(number),
            Self::Text(text) => Value::Text(text.map(|text| Cow::Owned(text.into_owned()))),
            Self::Blob(bytes) => Value::Blob(bytes.map(|bytes| Cow::Owned(bytes.into_owned()))),
        }
    }
}

/// What can stand in a column.
pub trait AsValue {
    /// How an absent one stands there.
    const NULL: Value<'static>;

    /// How it stands there.
    fn as_value(&self) -> Result<Value<'_>, StorageError>;
}

/// Gives values as a slice: `values![id, name, count]?` would be `&[id, name, count]` if they were of one type.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        &[$($crate::AsValue::as_value(&$value)?),*]
    };
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl AsValue for $type {
            const NULL: Value<'static> = Value::Integer(None);

            fn as_value(&self) -> Result<Value<'_>, StorageError> {
                Ok(Value::Integer(Some(i64::from(*self))))
            }
        }
    )*};
}

integers!(i64, u32, u8, bool);

impl AsValue for str {
    const NULL: Value<'static> = Value::Text(None);

    fn as_value(&self) -> Result<Value<'_>, StorageError> {
        Ok(Value::Text(Some(Cow::Borrowed(self))))
    }
}

impl AsValue for String {
    const NULL: Value<'static> = Value::Text(None);

    fn as_value(&self) -> Result<Value<'_>, StorageError> {
        self.as_str().as_value()
    }
}

impl AsValue for [u8] {
    const NULL: Value<'static> = Value::Blob(None);

    fn as_value(&self) -> Result<Value<'_>, StorageError> {
        Ok(Value::Blob(Some(Cow::Borrowed(self))))
    }
}

impl<T: AsValue + ?Sized> AsValue for &T {
    const NULL: Value<'static> = T::NULL;

    fn as_value(&self) -> Result<Value<'_>, StorageError> {
        (**self).as_value()
    }
}

impl<T: AsValue> AsValue for Option<T> {
    const NULL: Value<'static> = T::NULL;

    fn as_value(&self) -> Result<Value<'_>, StorageError> {
        self.as_ref().map_or(Ok(T::NULL), AsValue::as_value)
    }
}
