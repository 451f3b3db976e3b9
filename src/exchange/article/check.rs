//! stub
use super::Document;
#[derive(Debug, Clone)]
pub struct Finding;
pub fn check(_: &Document, _: &[char]) -> Vec<Finding> { Vec::new() }
