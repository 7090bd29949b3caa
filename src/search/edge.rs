//! Vectors in a folder, indexed by a graph (HNSW): qdrant-edge, inside this process.

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use qdrant_edge::{
    Distance, EdgeConfigBuilder, EdgeShard, EdgeVectorParamsBuilder, NamedQuery, PointId,
    PointInsertOperations, PointOperations, PointStructPersisted, QueryEnum, QueryRequest,
    ScoringQuery, ScrollRequest, UpdateOperation, VectorInternal, VectorStructPersisted,
    WithPayloadInterface, WithVector,
};
use uuid::Uuid;

use super::{Near, SearchError, Vectors, unit};

/// Name of the only vector of a row.
const NAME: &str = "text";
/// Rows written since the graph was built last, from which on it is built again; until then the new ones are compared one by one.
const UNSORTED: usize = 10_000;
/// Keys read at a time.
const PAGE: usize = 10_000;

/// Rows in a folder.
pub struct Edge {
    width: usize,
    folder: PathBuf,
    /// Written by one at a time: flushing fails while somebody else holds the shard's own locks.
    shard: RwLock<Shard>,
}

struct Shard {
    engine: EdgeShard,
    unsorted: usize,
}

impl Edge {
    /// Opens the folder, which is made when it is not there. Each row has so many numbers.
    ///
    /// # Errors
    /// The folder cannot be made, or holds something else.
    pub fn open(folder: &Path, width: usize) -> Result<Self, SearchError> {
        let failed = |message: String| SearchError::Engine {
            place: folder.display().to_string(),
            message,
        };
        std::fs::create_dir_all(folder).map_err(|error| failed(error.to_string()))?;
        let vector = EdgeVectorParamsBuilder::new(width, Distance::Cosine).build();
        let config = EdgeConfigBuilder::new().vector(NAME, vector).build();
        let is_new = !folder.join("edge_config.json").exists();
        let opened = if is_new {
            EdgeShard::new(folder, config)
        } else {
            EdgeShard::load(folder, Some(config))
        };
        Ok(Self {
            width,
            folder: folder.to_owned(),
            shard: RwLock::new(Shard {
                engine: opened.map_err(|error| failed(error.to_string()))?,
                unsorted: 0,
            }),
        })
    }

    /// Builds the graph over all rows now; with many rows this takes minutes.
    ///
    /// # Errors
    /// The engine fails.
    fn sort(&self) -> Result<(), SearchError> {
        let mut shard = self.write();
        shard.engine.optimize().map_err(|e| self.failed(&e))?;
        shard.engine.flush();
        shard.unsorted = 0;
        Ok(())
    }

    fn update(&self, shard: &Shard, operation: PointOperations) -> Result<(), SearchError> {
        let operation = UpdateOperation::PointOperation(operation);
        let done = shard.engine.update(operation);
        done.map_err(|error| self.failed(&error))?;
        // A row that is lost with the process would be missed; one write per visit costs little.
        shard.engine.flush();
        Ok(())
    }

    fn failed(&self, error: &dyn std::fmt::Display) -> SearchError {
        SearchError::Engine {
            place: self.folder.display().to_string(),
            message: error.to_string(),
        }
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Shard> {
        self.shard.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Shard> {
        self.shard.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Vectors for Edge {
    fn put(&self, rows: &[(Uuid, Vec<f32>)]) -> Result<(), SearchError> {
        let points = rows.iter().map(|(key, row)| {
            let vector = unit(row, self.width)?;
            let named = [(NAME.into(), qdrant_edge::VectorPersisted::Dense(vector))];
            Ok(PointStructPersisted {
                id: PointId::Uuid(*key),
                vector: VectorStructPersisted::Named(named.into_iter().collect()),
                payload: None,
            })
        });
        let points = points.collect::<Result<Vec<_>, SearchError>>()?;
        let mut shard = self.write();
        shard.unsorted += points.len();
        let points = PointInsertOperations::PointsList(points);
        self.update(&shard, PointOperations::UpsertPoints(points))?;
        let due = shard.unsorted >= UNSORTED;
        drop(shard);
        if due { self.sort() } else { Ok(()) }
    }

    fn remove(&self, keys: &[Uuid]) -> Result<(), SearchError> {
        let ids = keys.iter().map(|key| PointId::Uuid(*key)).collect();
        let shard = self.write();
        self.update(&shard, PointOperations::DeletePoints { ids })
    }

    fn nearest(&self, vector: &[f32], most: usize) -> Result<Vec<Near>, SearchError> {
        let wanted = VectorInternal::Dense(unit(vector, self.width)?);
        let query = QueryEnum::Nearest(NamedQuery::new(wanted, NAME));
        let request = QueryRequest {
            prefetches: vec![],
            query: Some(ScoringQuery::Vector(query)),
            filter: None,
            score_threshold: None,
            limit: most,
            offset: 0,
            params: None,
            with_vector: WithVector::Bool(false),
            with_payload: WithPayloadInterface::Bool(false),
        };
        let found = self.read().engine.query(request);
        let found = found.map_err(|error| self.failed(&error))?;
        Ok(found
            .into_iter()
            .filter_map(|point| match point.id {
                PointId::Uuid(key) => Some(Near {
                    key,
                    cosine: point.score,
                }),
                PointId::NumId(_) => None,
            })
            .collect())
    }

    fn keys(&self) -> Result<Vec<Uuid>, SearchError> {
        let shard = self.read();
        let (mut keys, mut next) = (vec![], None);
        loop {
            let (page, after) = shard
                .engine
                .scroll(ScrollRequest {
                    offset: next,
                    limit: Some(PAGE),
                    filter: None,
                    with_payload: Some(WithPayloadInterface::Bool(false)),
                    with_vector: WithVector::Bool(false),
                    order_by: None,
                })
                .map_err(|error| self.failed(&error))?;
            keys.extend(page.into_iter().filter_map(|row| match row.id {
                PointId::Uuid(key) => Some(key),
                PointId::NumId(_) => None,
            }));
            match after {
                Some(id) => next = Some(id),
                None => return Ok(keys),
            }
        }
    }
}
